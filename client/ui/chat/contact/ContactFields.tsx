import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Contact } from '#protocol/tag.ts';
import type { ContactTexts } from './texts/en.ts';

interface Props {
  texts: ContactTexts;
  contact: Contact;
  fill(contact: Contact): void;
  send(contact: Contact): Promise<void>;
  skip(): void;
  tell(what: string): void;
  onDone(): void;
}

/** An email, by which somebody can be answered, and a name for whoever likes to give one. */
export function ContactFields({ texts, contact, fill, send, skip, tell, onDone }: Props) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<'contactFailed' | 'contactLater'>();
  const form = useRef<HTMLFormElement>(null);
  const wrong = failure === 'contactFailed';
  useEffect(() => {
    tell(texts.contactAsk);
    return () => tell('');
  }, []);
  useLayoutEffect(() => {
    const box = form.current;
    return () => box?.matches(':focus-within') && onDone();
  }, []);
  useLayoutEffect(() => {
    if (failure) form.current?.scrollIntoView({ block: 'nearest' });
  }, [failure]);
  const filled = (): { name: string; email: string } => {
    const fields = new FormData(form.current ?? undefined);
    const [name = '', email = ''] = ['name', 'email'].map((field) => String(fields.get(field) ?? '').trim());
    return { name, email };
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    const { name, email } = filled();
    try {
      await send({ ...(name && { name }), email });
    } catch (error) {
      setFailure((error as { code?: unknown }).code === 'INVALID_INPUT' ? 'contactFailed' : 'contactLater');
      setBusy(false);
    }
  };
  return (
    <form
      class="contact"
      data-cv="contact"
      aria-labelledby="cv-contact"
      ref={form}
      onInput={() => fill(filled())}
      onSubmit={submit}
    >
      <p id="cv-contact">{texts.contactAsk}</p>
      <label>
        {texts.contactName}
        <input name="name" autocomplete="name" maxLength={200} dir="auto" defaultValue={contact.name} />
      </label>
      <label>
        {texts.contactEmail}
        <input
          name="email"
          type="email"
          required
          autocomplete="email"
          maxLength={254}
          dir="ltr"
          aria-invalid={wrong}
          aria-describedby={wrong ? 'cv-contact-failed' : undefined}
          defaultValue={contact.email}
        />
      </label>
      <p class="wrong" id="cv-contact-failed" role="alert">
        {failure && texts[failure]}
      </p>
      <div class="cures">
        <button type="submit" class="btn" data-cv="contact-send" aria-disabled={busy}>
          {texts.contactSend}
        </button>
        <button type="button" class="word" data-cv="contact-skip" onClick={skip}>
          {texts.contactSkip}
        </button>
      </div>
    </form>
  );
}
