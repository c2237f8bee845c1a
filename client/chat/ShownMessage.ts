import type { Author } from '#protocol/chat.ts';
import type { FileView } from '#protocol/files.ts';

/** A message as a person sees it, of either side of the conversation; times are milliseconds since 1970. */
export interface ShownMessage {
  id: string;
  /** Absent until the server has it. */
  seq?: number;
  at: number;
  author: Author;
  /** Written on this side: by the visitor on the visitor's page, by an agent on an agent's. */
  own: boolean;
  text: string;
  file?: FileView;
  /** A file that is on its way to the server; progress from 0 to 1. */
  upload?: { name: string; size: number; progress: number };
  state: 'sending' | 'failed' | 'sent' | 'delivered' | 'read';
  /** Why it failed: one of the error codes. */
  error?: string;
}
