import type { SiteId } from '#protocol/ids.ts';
import type { CallService } from '#signaling/calling/CallService.ts';
import type { ChatService } from '#signaling/chat/ChatService.ts';
import type { Files } from '#signaling/chat/Files.ts';
import type { CobrowseService } from '#signaling/cobrowse/CobrowseService.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { Store } from '#signaling/store/Store.ts';
import { AgentLinks } from './AgentLinks.ts';
import type { AgentService } from './AgentService.ts';
import { CustomerService } from './CustomerService.ts';
import { Dismissal } from './Dismissal.ts';
import { PersonalData } from './PersonalData.ts';
import type { VisitorService } from './VisitorService.ts';

/** What agents, sites' servers and people themselves may do with what is known of a person. */
export interface People {
  customers: CustomerService;
  personal: PersonalData;
  links: AgentLinks;
  dismissal: Dismissal;
}

export function createPeople(parts: {
  store: Store;
  visitors: VisitorService;
  agents: AgentService;
  presence: PresenceService;
  calls: CallService;
  cobrowses: CobrowseService;
  chat: Pick<ChatService, 'personChanged' | 'erased' | 'begin'>;
  files: Files;
  outlet: Outlet;
  deskUrl(site: SiteId, fragment: string): string;
  identityMode(site: SiteId): 'open' | 'signed';
}): People {
  const { store, visitors, agents, presence, calls, cobrowses, chat, files, outlet, deskUrl, identityMode } = parts;
  const dismissal = new Dismissal({ visitors, presence, calls, cobrowses, outlet });
  return {
    dismissal,
    customers: new CustomerService({
      store,
      visitors,
      identityMode,
      changed: (site, id) => {
        chat.personChanged(site, id);
        cobrowses.personChanged(site, id);
      },
    }),
    personal: new PersonalData({
      store,
      visitors,
      presence,
      dismissal,
      files,
      erased: (site, erased) => chat.erased(site, erased),
    }),
    links: new AgentLinks({
      store,
      agents,
      begin: (site, id) => chat.begin(site, id),
      opensCobrowse: (site, viewer, cobrowse) => cobrowses.doors.opens(site, viewer, cobrowse),
      deskUrl,
    }),
  };
}
