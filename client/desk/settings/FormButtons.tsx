import { texts } from '../texts/texts.ts';

interface FormButtonsProps {
  submit: string;
  /** It is being done, once. */
  busy: boolean;
  onCancel(): void;
}

/** The end of a form: what it does, in words, and the way out. */
export function FormButtons({ submit, busy, onCancel }: FormButtonsProps) {
  return (
    <div class="buttons">
      <button type="submit" class="main" disabled={busy}>
        {submit}
      </button>
      <button type="button" onClick={onCancel}>
        {texts.cancel}
      </button>
    </div>
  );
}
