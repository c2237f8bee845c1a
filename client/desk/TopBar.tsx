import type { Agent } from '#protocol/identity.ts';
import type { Desk } from './Desk.ts';
import { Logo } from './Logo.tsx';
import { texts } from './texts/texts.ts';

export function TopBar({ desk, agent }: { desk: Desk; agent: Agent }) {
  return (
    <header class="top">
      <Logo />
      <h1>{texts.desk}</h1>
      <span class="chip" title={texts.site}>
        {desk.site.value}
      </span>
      <p class="lost" role="status" data-test="connection" data-connected={desk.connected.value}>
        {!desk.connected.value && texts.lost}
      </p>
      <p class="agent" data-test="agent">
        <span class="unseen">{texts.signedInAs}</span> <b>{agent.name}</b> <span>{agent.email}</span>
      </p>
      <button type="button" data-test="sign-out" onClick={() => void desk.signOut()}>
        {texts.signOut}
      </button>
    </header>
  );
}
