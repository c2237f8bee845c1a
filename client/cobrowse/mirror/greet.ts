import { HELLO } from './messages.ts';

/**
 * Hands the first document that says hello in a frame its port. Whatever says so later, perhaps because the frame was
 * moved, is not handed anything: it may be another’s document. Answers the undo.
 */
export function greet(frame: HTMLIFrameElement, port: MessagePort, again: () => void): () => void {
  let greeted = false;
  const hear = (event: MessageEvent) => {
    if (!frame.contentWindow || event.source !== frame.contentWindow || event.data?.type !== HELLO) return;
    if (greeted) return again();
    greeted = true;
    frame.contentWindow.postMessage({ type: HELLO }, '*', [port]);
  };
  addEventListener('message', hear);
  return () => removeEventListener('message', hear);
}
