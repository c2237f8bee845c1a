import type { EventPayload } from '#protocol/api.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import { readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { FrameWire } from '../../core/Wire.ts';
import type { UserDirectory } from '../../presence/UserDirectory.ts';
import { AgentCobrowse } from './AgentCobrowse.ts';
import { CobrowseHandle } from './CobrowseHandle.ts';
import { CobrowseList, type CobrowseWatcher } from './CobrowseList.ts';
import type { LoadFace, Panel } from './Face.ts';

export interface AgentCobrowsingOptions {
  /** Page frames come beside the events, as they left the visitor. */
  wire: Omit<FrameWire, 'sendFrame' | 'waiting'>;
  boot: WidgetBoot;
  language: string;
  /** Opens the sessions’ pictures, fonts and styles. */
  token: string;
  directory: Pick<UserDirectory, 'nameOf'>;
  /** Who follows the list, under whichever agent. */
  watchers?: Set<CobrowseWatcher>;
  /** Asked for in the panel of a session that is over, not by the page. */
  onAgain?: (handle: CobrowseHandle) => void;
  /** Where the panel and the mirror come from. */
  loadFace?: LoadFace;
}

/** The sessions that this agent’s page asks for and watches. */
export class AgentCobrowsing {
  readonly #options: AgentCobrowsingOptions;
  readonly #sessions = new Set<AgentCobrowse>();
  readonly #list: CobrowseList;
  /** Whoever joins is sent the page before the answer that names the session. */
  readonly #early: [CobrowseId, ArrayBuffer][] = [];
  #asking = 0;
  #email = '';

  constructor(options: AgentCobrowsingOptions) {
    this.#options = options;
    const { wire, watchers } = options;
    this.#list = new CobrowseList(wire, watchers ?? new Set());
    wire.onEvent('cobrowse.changed', ({ session }) => this.#find(session.id)?.update(session));
    wire.onEvent('cobrowse.mark', ({ id, agent, mark }) => this.#find(id)?.mark(agent.name, mark));
    wire.onEvent('cobrowse.outcome', ({ id, code }) => this.#find(id)?.refusedCommand(code));
    wire.onFrame((frame) => {
      const id = readFrameHeader(new Uint8Array(frame))?.session;
      const session = id && this.#find(id);
      if (session) session.frame(frame);
      else if (id && this.#asking > 0) this.#early.push([id, frame]);
    });
  }

  /** Asks the visitor; the handle tells what comes of it. */
  async start(handle: CobrowseHandle, visitorId: VisitorId, panel?: Panel): Promise<void> {
    this.#clear();
    handle.visitorId = visitorId;
    await this.#begin(this.#add(handle, panel), () =>
      this.#options.wire.request('cobrowse.start', { visitorId }).then(({ session }) => session),
    );
  }

  /** Watches what goes on, by its id or by the six digits that the visitor reads out. */
  async join(handle: CobrowseHandle, idOrCode: string): Promise<void> {
    this.#clear();
    const typed = idOrCode.replaceAll(/[\s-]/g, '');
    const id = idOrCode.trim() as CobrowseId;
    const code = /^\d{6}$/.test(typed) ? typed : undefined;
    if (!code && this.#find(id)) {
      handle.fail(new CvError('CONFLICT', 'This page watches the session already.'));
      return;
    }
    await this.#begin(this.#add(handle), () =>
      this.#options.wire.request('cobrowse.join', code ? { code } : { id }).then(({ session }) => session),
    );
  }

  list(): Promise<CobrowseView[]> {
    return this.#list.list();
  }

  /** Calls back with the sessions that go on, now and at every change. */
  onChange(watcher: CobrowseWatcher): () => void {
    return this.#list.onChange(watcher);
  }

  /** What goes on at the server for this tab is what counts; what it does not know may still be joined. */
  welcome({ agent, cobrowses }: EventPayload<'agent.welcome'>, onResumed: (handle: CobrowseHandle) => void): void {
    this.#email = agent.email;
    this.#list.resume();
    for (const session of this.#sessions) {
      const { id } = session;
      if (id && !cobrowses.some((other) => other.id === id)) session.resume();
    }
    for (const view of cobrowses) {
      const known = this.#find(view.id);
      if (known) {
        known.resume(view);
        continue;
      }
      const handle = new CobrowseHandle();
      handle.visitorId = view.visitorId;
      this.#add(handle).resume(view);
      onResumed(handle);
    }
  }

  /** This page is no longer let in: its sessions are over, and their panels say so. */
  refused(error: CvError): void {
    for (const session of this.#sessions) session.lost(error);
  }

  close(): void {
    for (const session of this.#sessions) {
      session.lost();
      session.dismiss();
    }
  }

  async #begin(session: AgentCobrowse, ask: () => Promise<CobrowseView>): Promise<void> {
    this.#asking++;
    await session.begin(ask);
    this.#asking--;
    const early = this.#early.splice(0);
    for (const [id, frame] of early) {
      const found = this.#find(id);
      if (found) found.frame(frame);
      else if (this.#asking > 0) this.#early.push([id, frame]);
    }
  }

  #clear(): void {
    for (const session of this.#sessions) if (session.over) session.dismiss();
  }

  #find(id: CobrowseId): AgentCobrowse | undefined {
    return [...this.#sessions].find((session) => session.id === id && !session.over);
  }

  #again(session: AgentCobrowse, visitorId: VisitorId): void {
    const handle = new CobrowseHandle();
    const panel = session.makeWay(handle);
    void this.start(handle, visitorId, panel);
    this.#options.onAgain?.(handle);
  }

  #add(handle: CobrowseHandle, panel?: Panel): AgentCobrowse {
    const { wire, boot, language, token, directory, loadFace } = this.#options;
    const session: AgentCobrowse = new AgentCobrowse({
      wire,
      boot,
      language,
      token,
      directory,
      handle,
      email: () => this.#email,
      panel,
      onGone: () => this.#sessions.delete(session),
      onAgain: (visitorId) => this.#again(session, visitorId),
      ...(loadFace && { loadFace }),
    });
    this.#sessions.add(session);
    return session;
  }
}
