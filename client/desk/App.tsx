import { CallStage } from './CallStage.tsx';
import type { Desk } from './Desk.ts';
import { LoginForm } from './LoginForm.tsx';
import { TopBar } from './TopBar.tsx';
import { texts } from './texts/texts.ts';
import { UserDetail } from './UserDetail.tsx';
import { UserList } from './UserList.tsx';

export function App({ desk }: { desk: Desk }) {
  const phase = desk.phase.value;
  switch (phase.kind) {
    case 'opening':
      return (
        <p class="opening" role="status">
          {texts.opening}
        </p>
      );
    case 'login':
      return <LoginForm desk={desk} hint={phase.hint} busy={phase.busy} />;
    case 'in': {
      const call = desk.call.value;
      const detail = desk.detail.value;
      return (
        <>
          <TopBar desk={desk} agent={phase.agent} />
          <main class={`${call ? 'in-call' : ''} ${detail ? 'with-detail' : ''}`}>
            <div class="column">
              {call && <CallStage call={call} onGone={() => desk.callGone()} />}
              <UserList desk={desk} />
            </div>
            {detail && <UserDetail desk={desk} {...detail} />}
          </main>
        </>
      );
    }
  }
}
