import type { ChatView } from './ChatView.ts';

/** A visitor's conversation on this page. */
export class VisitorChat {
  readonly view: ChatView = {} as ChatView;

  /** Called after `view` has changed; answers its undo. */
  onChange(_fn: () => void): () => void {
    return () => {};
  }

  open(): void {}
  close(): void {}
  toggle(): void {}

  send(_text: string): void {}
  sendFiles(_files: readonly File[]): void {}
  retry(_id: string): void {}
  discard(_id: string): void {}

  /** Loads older messages; resolves when they are shown, or there are none. */
  async earlier(): Promise<void> {}

  /** What stands in the input: kept as the draft, and told to the agent as typing. */
  type(_text: string): void {}

  /** The newest message is on the screen. */
  seen(): void {}
}
