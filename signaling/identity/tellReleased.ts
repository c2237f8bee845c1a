import type { SiteId } from '#protocol/ids.ts';
import type { ChatService } from '#signaling/chat/ChatService.ts';
import type { CobrowseService } from '#signaling/cobrowse/CobrowseService.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { Released } from '#signaling/store/Store.ts';

interface Parts {
  presence: Pick<PresenceService, 'visitors' | 'describe'>;
  cobrowses: Pick<CobrowseService, 'personChanged'>;
  chat: Pick<ChatService, 'released'>;
}

/** An agent works here no more: whoever sees the agent's people now is told, and who waits is given on. */
export const tellReleased =
  ({ presence, cobrowses, chat }: Parts) =>
  (site: SiteId, released: Released): void => {
    for (const { customerId, person } of presence.visitors(site)) {
      if (customerId === undefined || person?.assignedUser !== released.email) continue;
      presence.describe(customerId, { ...person, assignedUser: undefined });
      cobrowses.personChanged(site, customerId);
    }
    chat.released(site, released);
  };
