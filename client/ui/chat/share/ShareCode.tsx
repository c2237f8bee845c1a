import { Digits } from '../../Digits.tsx';
import { Icon } from '../../Icons.tsx';
import type { ShareEntry } from './ShareEntry.ts';
import type { ChatShareTexts } from './texts/en.ts';

/** The code to read out, or that there is none. */
export function ShareCode({ share, texts }: { share: ShareEntry; texts: ChatShareTexts }) {
  const { code, hasFailed } = share;
  return (
    <div class="given">
      <div role="status" dir="auto">
        {code && (
          <p data-cv="code">
            <span>{texts.readOut}</span> <Digits code={code} /> <small>{texts.codeNote}</small>
          </p>
        )}
        {hasFailed && <p data-cv="share-failed">{texts.shareFailed}</p>}
      </div>
      {(code || hasFailed) && (
        <button
          type="button"
          class="btn bare"
          aria-label={texts.codeForget}
          title={texts.codeForget}
          onClick={() => share.forget()}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
