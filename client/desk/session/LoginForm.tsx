import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Desk } from '../Desk.ts';
import { Logo } from '../parts/Logo.tsx';
import type { LoginHint } from '../texts/en.ts';
import { texts } from '../texts/texts.ts';

export function LoginForm({ desk, hint, busy }: { desk: Desk; hint: LoginHint; busy: boolean }) {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const empty = form.current?.querySelector<HTMLInputElement>('input:placeholder-shown');
    empty?.focus();
  }, []);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    void desk.login(text('site'), text('email'), String(data.get('password') ?? ''));
  };
  return (
    <main class="login">
      <form class="card" data-test="login" ref={form} onSubmit={onSubmit}>
        <Logo />
        <h1>{texts.desk}</h1>
        <p class="hint" role="alert" data-test="login-hint" data-hint={hint}>
          {hint !== 'none' && texts.hints[hint]}
        </p>
        <label>
          {texts.site}
          <input
            name="site"
            defaultValue={desk.site.value}
            placeholder=" "
            required
            autocomplete="organization"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="site-help"
          />
        </label>
        <small id="site-help">{texts.siteHelp}</small>
        <label>
          {texts.email}
          <input name="email" type="email" placeholder=" " required autocomplete="username" />
        </label>
        <label>
          {texts.password}
          <input name="password" type="password" placeholder=" " required autocomplete="current-password" />
        </label>
        <button type="submit" class="main" disabled={busy}>
          {busy ? texts.signingIn : texts.signIn}
        </button>
      </form>
    </main>
  );
}
