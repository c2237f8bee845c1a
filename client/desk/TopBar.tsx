import { AlertMenu } from './alerts/AlertMenu.tsx';
import { Icon, type IconName } from './parts/Icon.tsx';
import { Logo } from './parts/Logo.tsx';
import { hrefOf, type Route } from './Router.ts';
import { texts } from './texts/texts.ts';
import type { Workplace } from './Workplace.ts';

export function TopBar({ work, onSignOut }: { work: Workplace; onSignOut(): void }) {
  const { agent, agents, connected } = work;
  const online = agents.availability.value === 'online';
  return (
    <header class="top">
      <Logo />
      <h1>{texts.desk}</h1>
      <span class="chip site" title={texts.site}>
        {work.site}
      </span>
      <Navigation work={work} />
      <p class="lost" role="status" data-test="connection" data-connected={connected.value}>
        {!connected.value && texts.lost}
        {connected.value && agents.failed.value && texts.failed}
      </p>
      <AlertMenu alerts={work.alerts} />
      <button
        type="button"
        class="availability"
        role="switch"
        aria-checked={online}
        data-test="availability"
        title={texts.availabilityHelp}
        onClick={() => void agents.setAvailability(online ? 'away' : 'online')}
      >
        <span class="state-dot" data-state={agents.availability.value} />
        {online ? texts.online : texts.away}
      </button>
      <p class="agent" data-test="agent" title={agent.email}>
        <span class="unseen">{texts.signedInAs}</span> <b>{agents.me.name}</b> <span class="unseen">{agent.email}</span>
      </p>
      <button
        type="button"
        class="bare sign-out"
        data-test="sign-out"
        aria-label={texts.signOut}
        title={texts.signOut}
        onClick={onSignOut}
      >
        <Icon name="leave" />
      </button>
    </header>
  );
}

function Navigation({ work }: { work: Workplace }) {
  const { mine, unassigned } = work.conversations.unread.value;
  const views: { route: Route; icon: IconName; text: string; count: number; counted: string }[] = [
    {
      route: { view: 'conversations' },
      icon: 'chats',
      text: texts.conversations,
      count: mine + unassigned,
      counted: texts.chat.unread(mine + unassigned),
    },
    { route: { view: 'visitors' }, icon: 'people', text: texts.visitors, count: 0, counted: '' },
  ];
  if (work.isAdmin) {
    const route: Route = { view: 'settings', section: 'webchat' };
    views.push({ route, icon: 'gear', text: texts.settings, count: 0, counted: '' });
  }
  const now = work.router.route.value.view;
  return (
    <nav class="views" aria-label={texts.navigation}>
      {views.map(({ route, icon, text, count, counted }) => (
        <a
          key={route.view}
          href={hrefOf(route)}
          data-test={`view-${route.view}`}
          aria-current={now === route.view ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            work.router.go(route);
          }}
        >
          <Icon name={icon} />
          <span>{text}</span>
          {count > 0 && (
            <b class="count" title={counted}>
              <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
              <span class="unseen">{counted}</span>
            </b>
          )}
        </a>
      ))}
    </nav>
  );
}
