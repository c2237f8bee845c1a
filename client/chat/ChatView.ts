import type { Contact } from '#protocol/tag.ts';
import type { ShownMessage } from './ShownMessage.ts';

/** Everything that the chat's window shows of a visitor's conversation. */
export interface ChatView {
  /** Whether the launcher is offered on this page. */
  visible: boolean;
  open: boolean;
  /** Messages of the other side that the visitor has not read. */
  unread: number;
  /** Oldest first; what is not sent yet comes last. */
  messages: readonly ShownMessage[];
  /** The server has older ones, for `earlier()`. */
  hasEarlier: boolean;
  /** Name of the agent who is typing. */
  typing: string | undefined;
  connected: boolean;
  /** The conversation has been looked up; before, an empty list means nothing. */
  loaded: boolean;
  agents: { online: boolean; available: boolean };
  inHours: boolean;
  /** Absent where visitors may not send files. */
  files?: { maxBytes: number };
  /** Text of the site's greeting that nobody has answered yet; shown as the newest message. */
  greeting?: string;
  draft: string;
  /** Nobody knows who writes here, and they were not asked yet how to reach them. */
  asksContact: boolean;
  /** How to reach them, as far as it is filled in. */
  contact: Contact | undefined;
}
