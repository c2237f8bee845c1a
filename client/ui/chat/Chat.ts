import type { VisitorChat } from '../../chat/VisitorChat.ts';

/** What the window needs of a conversation. */
export type Chat = Pick<
  VisitorChat,
  | 'view'
  | 'onChange'
  | 'close'
  | 'send'
  | 'sendFiles'
  | 'retry'
  | 'discard'
  | 'earlier'
  | 'type'
  | 'seen'
  | 'contact'
  | 'skipContact'
  | 'fillContact'
>;
