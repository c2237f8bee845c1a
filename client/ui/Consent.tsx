import { Ask } from './Ask.tsx';
import type { VisitorTexts } from './texts/visitor/en.ts';

interface Offer {
  agent: string;
  ringMs: number;
  accept(): void;
  decline(): void;
}

/** Asks for the visitor's screen. */
export function Consent({ texts, offer }: { texts: VisitorTexts; offer: Offer }) {
  return (
    <Ask
      title={texts.offer(offer.agent)}
      terms={[
        ['screen', texts.offerChoose],
        ['eye', texts.offerSeen(offer.agent)],
        ['shield', texts.offerStop],
      ]}
      ring={{ ms: offer.ringMs, label: texts.secondsLeft }}
      yes={texts.accept}
      no={texts.decline}
      accept={() => offer.accept()}
      decline={() => offer.decline()}
    />
  );
}
