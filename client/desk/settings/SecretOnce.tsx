import { useState } from 'preact/hooks';
import { words } from '../texts/settings/words.ts';

/** A secret that the server answers once and nobody can read again. */
export function SecretOnce({ secret }: { secret: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div class="secret" data-test="secret">
      <p>
        <b>{words.secretOnce}</b>
      </p>
      <div class="buttons">
        <code>{secret}</code>
        <button
          type="button"
          onClick={() =>
            void navigator.clipboard.writeText(secret).then(
              () => setCopied(true),
              () => {},
            )
          }
        >
          <span role="status">{copied ? words.copied : words.copy}</span>
        </button>
      </div>
    </div>
  );
}
