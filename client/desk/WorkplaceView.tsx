import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { load } from '../core/load.ts';
import { CallStage } from './calls/CallStage.tsx';
import { WaitingPages } from './cobrowse/WaitingPages.tsx';
import { ConversationsView } from './conversations/ConversationsView.tsx';
import { TopBar } from './TopBar.tsx';
import { texts } from './texts/texts.ts';
import { UserDetail } from './visitors/UserDetail.tsx';
import { UserList } from './visitors/UserList.tsx';
import type { Workplace } from './Workplace.ts';

export function WorkplaceView({ work, onSignOut }: { work: Workplace; onSignOut(): void }) {
  const asked = work.router.route.value.view;
  const view = asked === 'settings' && !work.isAdmin ? 'conversations' : asked;
  const call = work.calls.call.value;
  const shared = work.cobrowse.own.value;
  const detail = view === 'visitors' ? work.visitors.detail.value : undefined;
  return (
    <>
      <TopBar work={work} onSignOut={onSignOut} />
      <WaitingPages work={work} />
      <main class={`view-${view} ${call || shared ? 'in-call' : ''} ${detail ? 'with-detail' : ''}`}>
        {(call || shared) && (
          <div class="stages" key="stages">
            {call && (
              <CallStage
                key="call"
                call={call}
                label={texts.callArea}
                hook="call-dock"
                onGone={() => work.calls.gone()}
              />
            )}
            {shared && (
              <CallStage
                key="cobrowse"
                call={shared}
                label={texts.cobrowse.area}
                hook="cobrowse-dock"
                onGone={() => work.cobrowse.gone()}
              />
            )}
          </div>
        )}
        {view === 'conversations' && <ConversationsView key="conversations" work={work} />}
        {view === 'visitors' && <UserList key="visitors" work={work} />}
        {detail && <UserDetail key="detail" work={work} {...detail} />}
        {view === 'settings' && <SettingsDoor key="settings" work={work} />}
      </main>
    </>
  );
}

/** The settings are loaded when they are opened: most agents never do. */
function SettingsDoor({ work }: { work: Workplace }) {
  const [View, setView] = useState<ComponentType<{ work: Workplace }>>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load(() => import('./settings/SettingsView.tsx')).then(
      ({ SettingsView }) => setView(() => SettingsView),
      () => setFailed(true),
    );
  }, []);
  if (View) return <View work={work} />;
  return (
    <p class="quiet" role="status">
      {failed ? texts.failed : texts.chat.loading}
    </p>
  );
}
