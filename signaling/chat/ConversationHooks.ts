import type { SiteId } from '#protocol/ids.ts';
import type { WebhookData } from '#protocol/webhooks.ts';
import type { ConversationRecord, MessageRecord } from '#signaling/store/ChatStore.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import type { Files } from './Files.ts';
import { factsOf } from './policy.ts';
import { messageView } from './views.ts';

export interface ConversationHooksOptions {
  webhooks: Pick<WebhookDirectory, 'rows'>;
  files: Pick<Files, 'view'>;
  deskUrl(site: SiteId, fragment: string): string;
}

/** What webhooks are told of a conversation, as rows for the transaction of the change. */
export class ConversationHooks {
  readonly #options: ConversationHooksOptions;

  constructor(options: ConversationHooksOptions) {
    this.#options = options;
  }

  rows(before: ConversationRecord, after: ConversationRecord, message?: MessageRecord): DeliveryRecord[] {
    const { webhooks, files, deskUrl } = this.#options;
    const { site, id, customerId, status } = after;
    return factsOf(before, after, message).flatMap((type) => {
      if (type === 'message.new') {
        if (!message) return [];
        const data = { customerId, conversationId: id, message: messageView(message, files) };
        return webhooks.rows(site, type, data, customerId);
      }
      const text = message?.text ?? after.last?.text;
      const data: WebhookData<'conversation.new'> = {
        customerId,
        conversationId: id,
        status,
        ...(text !== undefined && { lastMessage: { text } }),
        url: deskUrl(site, `conversation=${id}`),
      };
      return webhooks.rows(site, type, data, customerId);
    });
  }
}
