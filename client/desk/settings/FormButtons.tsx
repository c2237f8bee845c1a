import { texts } from '../texts/texts.ts';

/** The end of a form: what it does, in words, and the way out. */
export function FormButtons({ submit, onCancel }: { submit: string; onCancel(): void }) {
  return (
    <div class="buttons">
      <button type="submit" class="main">
        {submit}
      </button>
      <button type="button" onClick={onCancel}>
        {texts.cancel}
      </button>
    </div>
  );
}
