import type { Desk } from './Desk.ts';
import { LoginForm } from './session/LoginForm.tsx';
import { SpentLink } from './session/SpentLink.tsx';
import { texts } from './texts/texts.ts';
import { WorkplaceView } from './WorkplaceView.tsx';

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
    case 'link':
      return <SpentLink desk={desk} code={phase.code} spent={phase.spent} />;
    case 'in':
      return <WorkplaceView work={phase.work} onSignOut={() => void desk.signOut()} />;
  }
}
