import type { EventPayload } from '#protocol/api.ts';
import type { CvError } from '#protocol/errors.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { Connection } from '../core/Connection.ts';
import type { UserDirectory } from '../presence/UserDirectory.ts';
import { AgentCall } from './AgentCall.ts';
import { CallHandle } from './CallHandle.ts';

/** The agent's calls: at most one goes on. */
export class AgentCalling {
  readonly #connection: Connection;
  readonly #directory: UserDirectory;
  readonly #language: string;
  readonly #calls = new Set<AgentCall>();

  constructor(connection: Connection, directory: UserDirectory, language: string) {
    this.#connection = connection;
    this.#directory = directory;
    this.#language = language;
    connection.onEvent('calling.changed', ({ call }) => this.#find(call.id)?.update(call));
    connection.onEvent('media.consumer', ({ callId, consumer }) => this.#find(callId)?.media?.receive(consumer));
    connection.onEvent('media.consumerClosed', ({ callId, consumerId }) => {
      this.#find(callId)?.media?.consumerClosed(consumerId);
    });
    connection.onEvent('media.lost', ({ callId }) => this.#find(callId)?.media?.rejoin());
  }

  startScreen(handle: CallHandle, visitorId: VisitorId): Promise<void> {
    for (const call of this.#calls) if (call.over) call.dismiss();
    return this.#add(handle, visitorId).start(visitorId);
  }

  /** What goes on at the server for this tab is what counts. */
  welcome({ calls }: EventPayload<'agent.welcome'>, onResumed: (handle: CallHandle) => void): void {
    for (const call of this.#calls) {
      const id = call.id;
      if (id && !calls.some((other) => other.id === id)) call.lost();
    }
    for (const view of calls) {
      const known = this.#find(view.id);
      if (known) {
        known.resume(view);
        continue;
      }
      const handle = new CallHandle();
      this.#add(handle, view.visitorId).resume(view);
      onResumed(handle);
    }
  }

  /** This page is no longer let in: its calls are over, and their panels say so. */
  refused(error: CvError): void {
    for (const call of this.#calls) call.lost(error);
  }

  close(): void {
    for (const call of this.#calls) {
      call.lost();
      call.dismiss();
    }
  }

  #find(id: string): AgentCall | undefined {
    return [...this.#calls].find((call) => call.id === id);
  }

  #add(handle: CallHandle, visitorId: VisitorId): AgentCall {
    const call = new AgentCall({
      connection: this.#connection,
      handle,
      title: visitorId,
      language: this.#language,
      onGone: () => this.#calls.delete(call),
    });
    this.#calls.add(call);
    this.#directory.nameOf(visitorId).then(
      (name) => call.rename(name),
      () => {},
    );
    return call;
  }
}
