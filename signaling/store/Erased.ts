import type { ConversationId, FileId, VisitorId } from '#protocol/ids.ts';

/** What an erasure took away, for those who hold more of it. */
export interface Erased {
  visitors: VisitorId[];
  conversationId?: ConversationId | undefined;
  files: FileId[];
}
