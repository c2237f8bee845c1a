import { EventEmitter } from 'node:events';
import type { CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import { lowerCase } from '#protocol/lowerCase.ts';
import type { Person } from '#protocol/person.ts';
import type { ActiveUser, PageInfo, Present } from '#protocol/presence.ts';
import { activeUser, maySee, presentOf, type Tab, type Viewer, type Visitor } from './Visitor.ts';

/** How long a tab without a socket counts as present: a page change must not end a visit. */
const GRACE_MS = 6_000;

interface PresenceEvents {
  /** Came, changed or left. */
  changed: [visitor: Visitor];
  /** A tab did not come back. */
  tabGone: [visitor: Visitor, tab: TabId];
}

/** The visitors of one site. */
interface Crowd {
  readonly visitors: Map<VisitorId, Visitor>;
  /** Grows with every change of one of them. */
  changes: number;
}

/** Who is on which site now. In memory: a process that restarts learns it from the sockets that come back. */
export class PresenceService extends EventEmitter<PresenceEvents> {
  readonly #sites = new Map<SiteId, Crowd>();
  /** The browsers of each person who is here. */
  readonly #browsers = new Map<CustomerId, readonly Visitor[]>();
  readonly #graceMs: number;

  constructor(graceMs = GRACE_MS) {
    super();
    this.#graceMs = graceMs;
  }

  find(site: SiteId, id: VisitorId): Visitor | undefined {
    return this.#sites.get(site)?.visitors.get(id);
  }

  visitors(site: SiteId): Visitor[] {
    return [...(this.#sites.get(site)?.visitors.values() ?? [])];
  }

  /** Who is here is as it was for as long as this answers the same crowd and number; undefined if nobody ever came. */
  crowd(site: SiteId): Readonly<Crowd> | undefined {
    return this.#sites.get(site);
  }

  /** Where this person is now; of several browsers the one in front. */
  present(customerId: CustomerId): Present | undefined {
    let best: Present | undefined;
    for (const visitor of this.#browsers.get(customerId) ?? []) {
      visitor.present ??= presentOf(visitor);
      const { present } = visitor;
      if (present && (!best || (best.state === 'background' && present.state === 'active'))) best = present;
    }
    return best;
  }

  /** A tab's socket stands. Answers the socket it replaces: the tab's former one, if the server still holds it. */
  arrive(
    site: SiteId,
    id: VisitorId,
    tab: TabId,
    socketId: string,
    page: PageInfo,
    known?: { customerId: CustomerId; person?: Person | undefined },
  ): string | undefined {
    const crowd = this.#sites.get(site) ?? { visitors: new Map(), changes: 0 };
    this.#sites.set(site, crowd);
    const visitor: Visitor = crowd.visitors.get(id) ?? {
      id,
      site,
      since: new Date().toISOString(),
      tabs: [],
      busy: false,
    };
    crowd.visitors.set(id, visitor);
    // Of a visitor who is here already `identify` has told later than what was read for this socket.
    if (known && !visitor.customerId) {
      this.#become(visitor, known.customerId);
      visitor.person = known.person;
    }
    const old = visitor.tabs.find((candidate) => candidate.id === tab);
    if (old) this.#remove(visitor, old);
    visitor.tabs.push({ id: tab, socketId, url: page.url, title: page.title, state: page.state, screen: page.screen });
    this.#changed(visitor);
    return old?.socketId;
  }

  /** A socket is gone; its tab is kept for the grace, unless another socket has taken it over. */
  depart(site: SiteId, id: VisitorId, socketId: string): void {
    const visitor = this.find(site, id);
    const tab = visitor?.tabs.find((candidate) => candidate.socketId === socketId);
    if (!visitor || !tab) return;
    tab.socketId = undefined;
    tab.leaving = setTimeout(() => this.#gone(visitor, tab), this.#graceMs);
    // Another tab is now the one to show.
    if (visitor.tabs.length > 1) this.#changed(visitor);
  }

  update(site: SiteId, id: VisitorId, tab: TabId, page: Partial<PageInfo>): void {
    const visitor = this.find(site, id);
    const found = visitor?.tabs.find((candidate) => candidate.id === tab);
    if (!visitor || !found) return;
    const { url = found.url, title = found.title, state = found.state, screen = found.screen } = page;
    // Pages report at every focus and route change; what is as it was is nothing to tell.
    if (url === found.url && title === found.title && state === found.state && screen === found.screen) return;
    found.url = url;
    found.title = title;
    found.state = state;
    found.screen = screen;
    this.#changed(visitor);
  }

  /** The browser is this person's from now on; without a person it is somebody's who was not tagged. */
  identify(site: SiteId, id: VisitorId, customerId: CustomerId, person: Person | undefined): void {
    const visitor = this.find(site, id);
    if (visitor) this.#become(visitor, customerId);
    this.describe(customerId, person);
  }

  /** What is known of a person has changed: every browser that is this person shows it. */
  describe(customerId: CustomerId, person: Person | undefined): void {
    for (const visitor of this.#browsers.get(customerId) ?? []) {
      visitor.person = person;
      this.#changed(visitor);
    }
  }

  setBusy(site: SiteId, id: VisitorId, busy: boolean): void {
    const visitor = this.find(site, id);
    if (!visitor || visitor.busy === busy) return;
    visitor.busy = busy;
    this.#changed(visitor);
  }

  /** A visitor who is now somebody else is gone at once. */
  forget(site: SiteId, id: VisitorId): void {
    const visitor = this.find(site, id);
    if (!visitor) return;
    for (const tab of [...visitor.tabs]) this.#gone(visitor, tab);
  }

  /** Tagged visitors whom the viewer may see; an absent viewer sees all. */
  list(site: SiteId, viewer?: Viewer): ActiveUser[] {
    const users: ActiveUser[] = [];
    for (const visitor of this.#sites.get(site)?.visitors.values() ?? []) {
      const user = this.#show(visitor, viewer);
      if (user) users.push(user);
    }
    return users;
  }

  /**
   * A tagged visitor by visitor id, tagged id or email: one that a signature vouches for before one that claims the
   * same; of several browsers the one that is in front.
   */
  search(site: SiteId, query: string, viewer?: Viewer): ActiveUser | undefined {
    const email = lowerCase(query);
    let best: ActiveUser | undefined;
    for (const visitor of this.#sites.get(site)?.visitors.values() ?? []) {
      const { person } = visitor;
      if (!person || (visitor.id !== query && person.id !== query && person.email !== email)) continue;
      const user = this.#show(visitor, viewer);
      if (user && (!best || rank(user) > rank(best))) best = user;
    }
    return best;
  }

  get size(): number {
    let size = 0;
    for (const { visitors } of this.#sites.values()) size += visitors.size;
    return size;
  }

  close(): void {
    for (const { visitors } of this.#sites.values()) {
      for (const { tabs } of visitors.values()) for (const { leaving } of tabs) clearTimeout(leaving);
    }
    this.#sites.clear();
    this.#browsers.clear();
    this.removeAllListeners();
  }

  #changed(visitor: Visitor): void {
    visitor.present = undefined;
    const crowd = this.#sites.get(visitor.site);
    if (crowd) crowd.changes++;
    this.emit('changed', visitor);
  }

  #show(visitor: Visitor, viewer?: Viewer): ActiveUser | undefined {
    if (!visitor.person || (viewer && !maySee(viewer, visitor.person))) return undefined;
    return activeUser(visitor);
  }

  #gone(visitor: Visitor, tab: Tab): void {
    this.#remove(visitor, tab);
    if (visitor.tabs.length === 0) {
      this.#sites.get(visitor.site)?.visitors.delete(visitor.id);
      this.#leaveBrowsers(visitor);
    }
    this.emit('tabGone', visitor, tab.id);
    this.#changed(visitor);
  }

  #become(visitor: Visitor, customerId: CustomerId): void {
    if (visitor.customerId === customerId) return;
    this.#leaveBrowsers(visitor);
    this.#browsers.set(customerId, [...(this.#browsers.get(customerId) ?? []), visitor]);
    visitor.customerId = customerId;
  }

  #leaveBrowsers(visitor: Visitor): void {
    const { customerId } = visitor;
    if (customerId === undefined) return;
    const others = this.#browsers.get(customerId)?.filter((other) => other !== visitor) ?? [];
    if (others.length > 0) this.#browsers.set(customerId, others);
    else this.#browsers.delete(customerId);
  }

  #remove(visitor: Visitor, tab: Tab): void {
    clearTimeout(tab.leaving);
    visitor.tabs.splice(visitor.tabs.indexOf(tab), 1);
  }
}

const rank = ({ verified, state }: ActiveUser): number => (verified ? 2 : 0) + (state === 'active' ? 1 : 0);
