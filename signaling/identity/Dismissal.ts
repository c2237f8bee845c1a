import type { SiteId, VisitorId } from '#protocol/ids.ts';
import type { CallService } from '#signaling/calling/CallService.ts';
import type { CobrowseService } from '#signaling/cobrowse/CobrowseService.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { isAnonymous } from './person.ts';
import type { VisitorService } from './VisitorService.ts';

export interface DismissalOptions {
  visitors: Pick<VisitorService, 'newIdentity'>;
  presence: Pick<PresenceService, 'forget' | 'visitors'>;
  calls: Pick<CallService, 'endOfVisitor'>;
  cobrowses: Pick<CobrowseService, 'endOfVisitor'>;
  outlet: Pick<Outlet, 'toVisitor' | 'dropVisitor'>;
}

/** Browsers that may not go on as who they were: their pages connect again at once, as new visitors. */
export class Dismissal {
  readonly #options: DismissalOptions;

  constructor(options: DismissalOptions) {
    this.#options = options;
  }

  /** Resolves when the calls and sharings that ended by it are written. */
  async dismiss(site: SiteId, visitorIds: readonly VisitorId[], actor: string): Promise<void> {
    const { calls, cobrowses, presence, outlet, visitors } = this.#options;
    const ended = visitorIds.flatMap((visitorId) => {
      const written = [calls.endOfVisitor(visitorId, actor), cobrowses.endOfVisitor(site, visitorId, actor)];
      presence.forget(site, visitorId);
      outlet.toVisitor(visitorId, 'visitor.replaced', visitors.newIdentity(site));
      outlet.dropVisitor(visitorId);
      return written;
    });
    await Promise.all(ended);
  }

  /** The site has gone over to signatures: who is here by a mere claim is not that person any more. */
  async dismissClaims(site: SiteId): Promise<void> {
    const here = this.#options.presence.visitors(site);
    const claims = here.filter(({ person }) => person && !person.verified && !isAnonymous(person));
    await this.dismiss(
      site,
      claims.map(({ id }) => id),
      'system',
    );
  }
}
