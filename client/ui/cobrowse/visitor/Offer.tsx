import { Ask } from '../../Ask.tsx';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import type { ShareTexts } from './texts/en.ts';

interface OfferProps {
  offer: Extract<CobrowseScreen, { kind: 'offer' }>;
  texts: ShareTexts;
}

/** Asks whether the page may be seen. */
export function Offer({ offer, texts }: OfferProps) {
  const { agent, ringMs, maskAll } = offer;
  return (
    <Ask
      title={texts.offer(agent)}
      terms={[
        ['eye', texts.seen(agent)],
        ['hidden', maskAll ? texts.hidesAll : texts.hides],
        ['shield', texts.mayStop],
      ]}
      ring={ringMs === undefined ? undefined : { ms: ringMs, label: texts.secondsLeft }}
      yes={texts.accept}
      no={texts.decline}
      accept={() => offer.accept()}
      decline={() => offer.decline()}
    />
  );
}
