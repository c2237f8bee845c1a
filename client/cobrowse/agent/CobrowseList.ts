import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { Wire } from '../../core/Wire.ts';

export type CobrowseWatcher = (sessions: CobrowseView[]) => void;

/** The sessions that go on, of visitors whom this agent may see: asked for once, or followed live. */
export class CobrowseList {
  readonly #wire: Wire;
  readonly #sessions = new Map<CobrowseId, CobrowseView>();
  /** Until the first answer the list is not empty but unknown. */
  #known = false;
  readonly #watchers: Set<CobrowseWatcher>;

  /** Who follows outlives this list: another agent's shows them what that agent may see. */
  constructor(wire: Wire, watchers: Set<CobrowseWatcher>) {
    this.#wire = wire;
    this.#watchers = watchers;
    wire.onEvent('cobrowse.sessions', ({ changed, gone }) => {
      if (!this.#known) return;
      for (const session of changed) this.#take(session);
      for (const id of gone) this.#sessions.delete(id);
      this.#tell();
    });
  }

  async list(): Promise<CobrowseView[]> {
    if (this.#known) return [...this.#sessions.values()];
    const sessions = await this.#wire.request('cobrowse.watch', { on: true });
    if (this.#watchers.size === 0) this.#stop();
    return sessions.filter(goesOn);
  }

  /** Calls back with the whole list, now and at every change, until undone. */
  onChange(watcher: CobrowseWatcher): () => void {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.resume();
    else if (this.#known) watcher([...this.#sessions.values()]);
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#known = false;
      this.#stop();
    };
  }

  /** After a lost connection: the list as it is now, then its changes again. */
  resume(): void {
    if (this.#watchers.size === 0) return;
    this.#wire.request('cobrowse.watch', { on: true }).then(
      (sessions) => {
        if (this.#watchers.size === 0) return;
        this.#known = true;
        this.#sessions.clear();
        for (const session of sessions) this.#take(session);
        this.#tell();
      },
      () => {},
    );
  }

  #take(session: CobrowseView): void {
    if (goesOn(session)) this.#sessions.set(session.id, session);
    else this.#sessions.delete(session.id);
  }

  #stop(): void {
    this.#wire.request('cobrowse.watch', { on: false }).catch(() => {});
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher([...this.#sessions.values()]);
  }
}

const goesOn = ({ state }: CobrowseView): boolean => state !== 'ended';
