import type { ComponentType } from 'preact';
import { useMemo } from 'preact/hooks';
import { CannedEditor } from '../chat/CannedEditor.tsx';
import { hrefOf } from '../Router.ts';
import { words } from '../texts/settings/words.ts';
import type { Workplace } from '../Workplace.ts';
import { AgentsSettings } from './AgentsSettings.tsx';
import { CobrowseSettings } from './cobrowse/CobrowseSettings.tsx';
import { HoursSettings } from './HoursSettings.tsx';
import { KeysSettings } from './KeysSettings.tsx';
import { RulesSettings } from './RulesSettings.tsx';
import type { SectionProps } from './SectionProps.ts';
import { SiteStore } from './SiteStore.ts';
import './settings.css';
import { WebchatSettings } from './WebchatSettings.tsx';
import { WebhooksSettings } from './WebhooksSettings.tsx';

type Section = keyof typeof words.sections;

const sections: Record<Section, ComponentType<SectionProps>> = {
  webchat: WebchatSettings,
  cobrowse: CobrowseSettings,
  hours: HoursSettings,
  rules: RulesSettings,
  webhooks: WebhooksSettings,
  keys: KeysSettings,
  canned: ({ work }) => <CannedEditor canned={work.canned} />,
  agents: AgentsSettings,
};

export function SettingsView({ work }: { work: Workplace }) {
  const site = useMemo(() => new SiteStore(work.cv), [work]);
  const route = work.router.route.value;
  const asked = route.view === 'settings' ? route.section : '';
  const section = asked in sections ? (asked as Section) : 'webchat';
  const View = sections[section];
  return (
    <div class="settings" data-test="settings">
      <nav aria-label={words.title}>
        {(Object.keys(sections) as Section[]).map((one) => (
          <a
            key={one}
            href={hrefOf({ view: 'settings', section: one })}
            aria-current={one === section ? 'page' : undefined}
            data-test={`settings-${one}`}
          >
            {words.sections[one]}
          </a>
        ))}
      </nav>
      <section class="settings-section" aria-labelledby="settings-title">
        <h2 id="settings-title">{words.sections[section]}</h2>
        <View key={section} work={work} site={site} />
      </section>
    </div>
  );
}
