import type { VisitorId } from '#protocol/ids.ts';
import type { ActiveUser, UserStatus } from '#protocol/presence.ts';
import type { Connection } from '../core/Connection.ts';

type Watcher = (users: ActiveUser[]) => void;

/** The tagged users that this agent may see: asked for once, or followed live. */
export class UserDirectory {
  readonly #connection: Connection;
  readonly #users = new Map<VisitorId, ActiveUser>();
  readonly #watchers = new Set<Watcher>();

  constructor(connection: Connection) {
    this.#connection = connection;
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

  /** Calls back with the whole list, now and at every change, until undone. */
  onChange(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.resume();
    else watcher([...this.#users.values()]);
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#connection.request('presence.watch', { on: false }).catch(() => {});
    };
  }

  /** After a lost connection: the list as it is now, then its changes again. */
  resume(): void {
    if (this.#watchers.size === 0) return;
    this.#connection.request('presence.watch', { on: true }).then(
      (users) => {
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
