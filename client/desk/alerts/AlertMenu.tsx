import { Icon } from '../parts/Icon.tsx';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { texts } from '../texts/texts.ts';
import type { AlertStore } from './AlertStore.ts';

/** Sound and desktop notifications. */
export function AlertMenu({ alerts }: { alerts: AlertStore }) {
  const permission = alerts.permission.value;
  return (
    <Menu label={texts.alerts.menu} face={<Icon name="bell" />} class="alert-menu bare-menu to-end" hook="alerts">
      {() => (
        <>
          <MenuItem hook="sound" checked={alerts.sound.value} onChoose={() => alerts.setSound(!alerts.sound.value)}>
            {texts.alerts.sound}
          </MenuItem>
          {permission === 'default' && (
            <MenuItem hook="allow-notifications" onChoose={() => void alerts.ask()}>
              {texts.alerts.allow}
            </MenuItem>
          )}
          {(permission === 'granted' || permission === 'denied') && (
            <p class="menu-note" role="none">
              {permission === 'granted' ? texts.alerts.allowed : texts.alerts.denied}
            </p>
          )}
        </>
      )}
    </Menu>
  );
}
