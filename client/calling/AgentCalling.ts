import type { EventPayload } from '#protocol/api.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { Connection } from '../core/Connection.ts';
import type { UserDirectory } from '../presence/UserDirectory.ts';
import { AgentCall } from './AgentCall.ts';
import { CallHandle } from './CallHandle.ts';

/** The agent's calls: at most one goes on. */
export class AgentCalling {
  readonly #connection: Connection;
  readonly #directory: UserDirectory;
  readonly #language: 'auto' | 'en' | 'de';
  readonly #calls = new Set<AgentCall>();

  constructor(connection: Connection, directory: UserDirectory, language: 'auto' | 'en' | 'de') {
    this.#connection = connection;
    this.#directory = directory;
    this.#language = language;
    connection.onEvent('calling.changed', ({ call }) => this.#find(call.id)?.update(call));
    connection.onEvent('media.consumer', ({ callId, consumer }) => this.#find(callId)?.media?.receive(consumer));
    connection.onEvent('media.consumerClosed', ({ callId, consumerId }) => {
      this.#find(callId)?.media?.consumerClosed(consumerId);
    });
    connection.onEvent('media.lost', ({ callId }) => this.#find(callId)?.rejoin());
  }

  async startScreen(handle: CallHandle, visitorId: VisitorId): Promise<void> {
    const over = [...this.#calls].find((call) => call.over);
    over?.dismiss();
    const call = this.#add(handle, await this.#nameOf(visitorId));
    await call.start(visitorId);
  }

  /** What goes on at the server for this tab is what counts. */
  welcome({ calls }: EventPayload<'agent.welcome'>, onResumed: (handle: CallHandle) => void): void {
    for (const call of this.#calls) {
      const id = call.id;
      if (id && !call.over && !calls.some((other) => other.id === id)) call.lost();
    }
    for (const view of calls) {
      const known = this.#find(view.id);
      if (known) {
        known.resume(view);
        continue;
      }
      const handle = new CallHandle();
      const call = this.#add(handle, view.visitorId);
      call.resume(view);
      void this.#nameOf(view.visitorId).then((name) => call.rename(name));
      onResumed(handle);
    }
  }

  close(): void {
    for (const call of [...this.#calls]) call.dismiss();
  }

  #find(id: string): AgentCall | undefined {
    return [...this.#calls].find((call) => call.id === id);
  }

  #add(handle: CallHandle, title: string): AgentCall {
    const call = new AgentCall({
      connection: this.#connection,
      handle,
      title,
      language: this.#language,
      onGone: () => this.#calls.delete(call),
    });
    this.#calls.add(call);
    return call;
  }

  async #nameOf(visitorId: VisitorId): Promise<string> {
    try {
      const { firstname, lastname, email, id } = await this.#directory.status(visitorId);
      return [firstname, lastname].filter(Boolean).join(' ') || email || id || visitorId;
    } catch {
      return visitorId;
    }
  }
}
