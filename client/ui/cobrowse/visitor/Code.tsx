import { Digits } from '../../Digits.tsx';
import type { MoreTexts } from './texts/more/en.ts';

/** For an agent who is to see the page, and has not got to it yet. */
export function Code({ texts, code }: { texts: MoreTexts; code: string }) {
  return (
    <p class="code" data-cv="code">
      <span>{texts.readOut}</span> <Digits code={code} />
    </p>
  );
}
