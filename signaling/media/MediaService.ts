import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CvError } from '#protocol/errors.ts';
import type { CallId, ConsumerId, ProducerId, TabId } from '#protocol/ids.ts';
import type { ConsumerInfo, IceServer, TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities } from '#protocol/rtp.ts';
import type { ProduceOptions, Sfu } from '#protocol/Sfu.ts';
import type { Caller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';

export interface MediaServiceOptions {
  sfu: Sfu;
  outlet: Pick<Outlet, 'toVisitor' | 'toAgentTab'>;
  /** ICE servers for one participant, with credentials that end. */
  iceServers(user: string): IceServer[];
  log: Logger;
}

interface MediaServiceEvents {
  /** The room's worker died; the room is being opened on another one. */
  lost: [CallId];
  /** It could not be: there will be no media any more. */
  failed: [CallId];
}

/** How often, and in which intervals in milliseconds, a lost room is tried to be opened again. */
const REOPEN_TRIES = 20;
const REOPEN_MS = 250;

/** One tab in a call's room. */
interface Participant {
  readonly caller: Caller;
  readonly capabilities: RtpCapabilities | undefined;
  /** Absent while it is being made. */
  readonly transportId?: TransportInfo['id'];
  readonly consumed: Set<ProducerId>;
}

/** The media of calls: who is in which room, and what each is told to receive. Consent is checked before. */
export class MediaService extends EventEmitter<MediaServiceEvents> {
  readonly #rooms = new Map<CallId, Map<TabId, Participant>>();
  readonly #options: MediaServiceOptions;

  constructor(options: MediaServiceOptions) {
    super();
    this.#options = options;
    options.sfu.on('roomLost', (room) => void this.#lost(room as CallId));
    options.sfu.on('consumerClosed', (room, peer, consumerId) => {
      const callId = room as CallId;
      const participant = this.#rooms.get(callId)?.get(peer as TabId);
      if (participant?.caller.role !== 'agent') return;
      this.#options.outlet.toAgentTab(participant.caller.tab, 'media.consumerClosed', { callId, consumerId });
    });
  }

  capabilities(): Promise<RtpCapabilities> {
    return this.#options.sfu.capabilities();
  }

  async open(callId: CallId): Promise<void> {
    await this.#options.sfu.openRoom(callId);
    this.#rooms.set(callId, new Map());
  }

  close(callId: CallId): void {
    this.#rooms.delete(callId);
    this.#options.sfu.closeRoom(callId);
  }

  /** Everybody but these tabs leaves the room. */
  keepOnly(callId: CallId, tabs: readonly TabId[]): void {
    const room = this.#rooms.get(callId);
    for (const tab of room?.keys() ?? []) {
      if (tabs.includes(tab)) continue;
      room?.delete(tab);
      this.#options.sfu.closePeer(callId, tab);
    }
  }

  async join(callId: CallId, caller: Caller, capabilities: RtpCapabilities | undefined) {
    const room = this.#room(callId);
    const { sfu } = this.#options;
    // Told from here on, should the room be lost; offered something only when the transport for it stands.
    room.set(caller.tab, { caller, capabilities: undefined, consumed: new Set() });
    const transport: TransportInfo = await sfu.createTransport(callId, caller.tab);
    const participant: Participant = { caller, capabilities, transportId: transport.id, consumed: new Set() };
    room.set(caller.tab, participant);
    const offered = capabilities ? sfu.producers(callId, caller.tab) : [];
    const consumers = await Promise.all(offered.map((producer) => this.#consume(callId, participant, producer)));
    if (room.get(caller.tab) !== participant)
      throw new CvError('CONFLICT', 'This page has joined again meanwhile, or left.');
    return {
      transport,
      iceServers: this.#options.iceServers(caller.tab),
      consumers: consumers.filter((consumer) => consumer !== undefined),
    };
  }

  async connect(
    callId: CallId,
    caller: Caller,
    transportId: TransportInfo['id'],
    dtls: DtlsParameters,
    resume: readonly ConsumerId[],
  ): Promise<void> {
    this.#owns(callId, caller, transportId);
    await this.#options.sfu.connectTransport(callId, transportId, dtls);
    await this.resume(callId, caller, resume);
  }

  async resume(callId: CallId, caller: Caller, consumers: readonly ConsumerId[]): Promise<void> {
    await Promise.all(consumers.map((consumer) => this.#options.sfu.resume(callId, caller.tab, consumer)));
  }

  /** Connects the transport where this is its first track, sends, and offers it to everybody else in the room. */
  async produce(
    callId: CallId,
    caller: Caller,
    { dtlsParameters, ...options }: ProduceOptions & { dtlsParameters?: DtlsParameters | undefined },
  ): Promise<ProducerId> {
    const room = this.#owns(callId, caller, options.transportId);
    const { sfu } = this.#options;
    if (dtlsParameters) await sfu.connectTransport(callId, options.transportId, dtlsParameters);
    const producerId = await sfu.produce(callId, caller.tab, options);
    for (const [tab, participant] of room) {
      if (tab !== caller.tab) void this.#offer(callId, participant, producerId);
    }
    return producerId;
  }

  #room(callId: CallId): Map<TabId, Participant> {
    const room = this.#rooms.get(callId);
    if (!room) throw new CvError('NOT_FOUND', 'The call’s media have ended.');
    return room;
  }

  /** Nobody connects the transport of another, whoever of the two sides that is. */
  #owns(callId: CallId, { tab }: Caller, transportId: TransportInfo['id']): Map<TabId, Participant> {
    const room = this.#room(callId);
    if (room.get(tab)?.transportId !== transportId) throw new CvError('NOT_FOUND', 'This page has no such transport.');
    return room;
  }

  async #offer(callId: CallId, participant: Participant, producerId: ProducerId): Promise<void> {
    const consumer = await this.#consume(callId, participant, producerId);
    if (!consumer || participant.caller.role !== 'agent') return;
    this.#options.outlet.toAgentTab(participant.caller.tab, 'media.consumer', { callId, consumer });
  }

  /** Each producer once, though a track may begin while somebody joins. */
  async #consume(
    callId: CallId,
    { caller, capabilities, consumed }: Participant,
    producerId: ProducerId,
  ): Promise<ConsumerInfo | undefined> {
    if (!capabilities || consumed.has(producerId)) return undefined;
    consumed.add(producerId);
    try {
      return await this.#options.sfu.consume(callId, caller.tab, producerId, capabilities);
    } catch (error) {
      // Most likely the track has ended since; it must not keep the others from who joins.
      this.#options.log.warn({ err: error, callId }, 'a track could not be offered');
      return undefined;
    }
  }

  /** A worker that dies twice in a row is replaced after a moment; a call is worth waiting for it. */
  async #openAgain(callId: CallId, room: ReadonlyMap<TabId, Participant>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#options.sfu.openRoom(callId);
      } catch (error) {
        const later = error instanceof CvError && error.code === 'UNAVAILABLE' && tries < REOPEN_TRIES;
        if (!later || this.#rooms.get(callId) !== room) throw error;
        await setTimeout(REOPEN_MS);
      }
    }
  }

  /** The room's worker died: a room on another worker, and everybody joins again. */
  async #lost(callId: CallId): Promise<void> {
    const room = this.#rooms.get(callId);
    if (!room) return;
    const participants = [...room.values()];
    room.clear();
    this.emit('lost', callId);
    try {
      await this.#openAgain(callId, room);
    } catch (error) {
      if (this.#rooms.get(callId) !== room) return; // the call has ended meanwhile
      this.#options.log.error({ err: error, callId }, 'a lost room could not be opened again');
      this.emit('failed', callId);
      return;
    }
    for (const { caller } of participants) {
      if (caller.role === 'agent') this.#options.outlet.toAgentTab(caller.tab, 'media.lost', { callId });
      else this.#options.outlet.toVisitor(caller.visitorId, 'media.lost', { callId });
    }
  }
}
