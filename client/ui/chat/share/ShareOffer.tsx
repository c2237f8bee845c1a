import { useEffect, useState } from 'preact/hooks';
import type { ShareEntry } from './ShareEntry.ts';
import type { ChatShareTexts } from './texts/en.ts';

interface ShareOfferProps {
  share: ShareEntry;
  texts: ChatShareTexts;
  onShared(): void;
}

/** A rule's question whether to share the page; the consent is asked for after it, as ever. */
export function ShareOffer({ share, texts, onShared }: ShareOfferProps) {
  const [there, setThere] = useState(false);
  // Screen readers announce a live region only when it changes after it was there.
  useEffect(() => setThere(true), []);
  const isOffered = there && share.isOffered;
  const start = async () => {
    if (await share.start()) onShared();
  };
  const button = (name: string, text: string, look: string, act: () => unknown) => (
    <button
      type="button"
      class={`btn ${look}`}
      data-cv={name}
      onClick={({ currentTarget }) => {
        // The button goes; what asks next gives the focus back to the window.
        currentTarget.closest<HTMLElement>('.panel')?.focus();
        act();
      }}
    >
      {text}
    </button>
  );
  return (
    <div class="given asked">
      <div role="status" dir="auto">
        {isOffered && <p data-cv="share-offer">{texts.shareOffer}</p>}
      </div>
      {isOffered && (
        <div class="answers">
          {button('share-offer-yes', texts.share, 'main', start)}
          {button('share-offer-no', texts.shareOfferNo, '', () => share.refuse())}
        </div>
      )}
    </div>
  );
}
