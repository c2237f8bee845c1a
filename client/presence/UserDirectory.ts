import type { VisitorId } from '#protocol/ids.ts';
import type { ActiveUser, UserStatus } from '#protocol/presence.ts';
import type { Connection } from '../core/Connection.ts';

export type Watcher = (users: ActiveUser[]) => void;

/** The tagged users that this agent may see: asked for once, or followed live. */
export class UserDirectory {
  readonly #connection: Connection;
  readonly #users = new Map<VisitorId, ActiveUser>();
  /** Until the first answer the list is not empty but unknown. */
  #known = false;
  readonly #watchers: Set<Watcher>;

  /** Who follows outlives this directory: another agent's shows them what that agent may see. */
  constructor(connection: Connection, watchers: Set<Watcher>) {
    this.#connection = connection;
    this.#watchers = watchers;
    connection.onEvent('presence.changed', ({ changed, gone }) => {
      for (const user of changed) this.#users.set(user.visitorId, user);
      for (const id of gone) this.#users.delete(id);
      this.#tell();
    });
  }

  list(): Promise<ActiveUser[]> {
    return this.#connection.request('presence.list', {});
  }

  status(query: string | number): Promise<UserStatus> {
    return this.#connection.request('presence.status', { query });
  }

  /** What to call a visitor. */
  async nameOf(visitorId: VisitorId): Promise<string> {
    const { firstname, lastname, email, id } = await this.status(visitorId);
    return [firstname, lastname].filter(Boolean).join(' ') || email || id || visitorId;
  }

  /** Calls back with the whole list, now and at every change, until undone. */
  onChange(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.resume();
    else if (this.#known) watcher([...this.#users.values()]);
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#known = false;
      this.#connection.request('presence.watch', { on: false }).catch(() => {});
    };
  }

  /** After a lost connection: the list as it is now, then its changes again. */
  resume(): void {
    if (this.#watchers.size === 0) return;
    this.#connection.request('presence.watch', { on: true }).then(
      (users) => {
        this.#known = true;
        this.#users.clear();
        for (const user of users) this.#users.set(user.visitorId, user);
        this.#tell();
      },
      () => {},
    );
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher([...this.#users.values()]);
  }
}
