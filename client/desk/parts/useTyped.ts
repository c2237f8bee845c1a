import type { TargetedInputEvent } from 'preact';
import { useState } from 'preact/hooks';

/** For a field that shows what is kept: what is being typed stays, though the page is rendered meanwhile, until `done`. */
export function useTyped(kept: string) {
  const [typed, setTyped] = useState<string>();
  return {
    value: typed ?? kept,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => setTyped(event.currentTarget.value),
    onBlur: () => setTyped(undefined),
    done: () => setTyped(undefined),
  };
}
