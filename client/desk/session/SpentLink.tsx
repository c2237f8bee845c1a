import type { Desk } from '../Desk.ts';
import { Logo } from '../parts/Logo.tsx';
import { texts } from '../texts/texts.ts';

/** A link to a conversation that did not let in: why, and what helps. */
export function SpentLink({ desk, code, spent }: { desk: Desk; code: string; spent: boolean }) {
  const { title, text, cure, unreachable, retry, again, signIn } = texts.spent;
  return (
    <main class="login">
      <section class="card spent" data-test="spent-link" data-spent={spent}>
        <Logo />
        <h1>{spent ? title : unreachable}</h1>
        {spent && <p>{text}</p>}
        <p>{spent ? cure : retry}</p>
        {!spent && (
          <button type="button" class="main" onClick={() => void desk.redeem(code)}>
            {again}
          </button>
        )}
        <button type="button" data-test="sign-in-instead" onClick={() => void desk.open()}>
          {signIn}
        </button>
      </section>
    </main>
  );
}
