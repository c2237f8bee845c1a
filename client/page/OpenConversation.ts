import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import type { CvError } from '#protocol/errors.ts';
import type { ShownMessage } from '../chat/ShownMessage.ts';

export interface ConversationEvents {
  /** Any of the fields below is another than before. */
  changed: () => void;
  /** The agents' notes are to be read, from REST's `conversations/ID/notes`: at first, when they change, after an outage. */
  notes: () => void;
}

/** Whom a conversation is handed to: an agent's email, a team's name; null takes it away, what is left out stays. */
export interface Assignment {
  user?: string | null;
  team?: string | null;
}

/**
 * A conversation that the agent's page follows, from `CV.conversations.open`: there at once. What is asked of it before
 * it is open is done then, in order. What was written and not sent outlives a reload and is sent when it can be.
 */
export interface OpenConversation {
  /** Another one after the visitor logged in and the conversation went over into the person's. */
  readonly id: string;
  readonly conversation?: Conversation | undefined;
  /** The latest, in order and without gaps; `earlier` adds to the beginning. */
  readonly messages: readonly ShownMessage[];
  /** The visitor is typing. */
  readonly typing: boolean;
  /** Whether `earlier` would find any. */
  readonly hasEarlier: boolean;
  readonly state: 'opening' | 'open' | 'closed';
  /** Why it is closed, unless it was by `close`: NOT_FOUND, UNAUTHENTICATED. */
  readonly error?: CvError | undefined;
  /** Answers its undo. */
  on<Name extends keyof ConversationEvents>(event: Name, listener: ConversationEvents[Name]): () => void;
  earlier(): Promise<void>;
  /** Answers the message's id; how far it is, `messages` tells. At most 10,000 characters. */
  send(text: string): string;
  /** Answers the message's id; how far it is, `messages` tells. */
  sendFile(file: File): Promise<string>;
  /** Sends once more what failed. */
  retry(id: string): void;
  /** Takes back what has failed or is not sent yet. */
  discard(id: string): void;
  /** The agent has begun to type, or stopped. */
  type(on: boolean): void;
  /** Everything that is here has been seen. */
  read(): void;
  setStatus(status: ConversationStatus): Promise<Conversation>;
  assign(assignment: Assignment): Promise<Conversation>;
  /** Follows it no more. */
  close(): void;
}
