import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import type { Role } from '#protocol/contract.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import { Handshake } from '#protocol/identity.ts';
import type { ConversationId, SiteId, TabId, TokenId, VisitorId } from '#protocol/ids.ts';
import { MAX_FRAME_BYTES, MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { BYTES, boundedParser, OVERSIZED } from './boundedParser.ts';
import type { Caller } from './Caller.ts';
import type { Answer, Dispatch } from './dispatch.ts';
import { explain } from './explain.ts';
import { FrameLines } from './FrameLines.ts';
import type { FrameOutlet } from './FrameOutlet.ts';
import { HandshakeLimiter } from './HandshakeLimiter.ts';
import type { Outlet } from './Outlet.ts';
import { type OriginGuardOptions, originGuard } from './originGuard.ts';
import { RequestLimiter, type RequestRate } from './RequestLimiter.ts';
import type { Sessions } from './Sessions.ts';
import { SlowSockets } from './SlowSockets.ts';
import { YoungBuffers } from './YoungBuffers.ts';

export interface GatewayOptions extends OriginGuardOptions {
  log: Logger;
  /** What one socket may send. */
  rate?: RequestRate | undefined;
  /** How often one address may connect; as often as it likes if absent. */
  handshakes?: RequestRate | undefined;
  /** Bytes that may wait for a page that does not take them. */
  maxWaiting?: number | undefined;
  /** Trusted proxies in front of this server. */
  proxies?: number | undefined;
}

/** What the gateway serves; it is told after construction, because services need the outlet first. */
export interface Served {
  server: HttpServer;
  sessions: Sessions;
  dispatch: Dispatch;
  /** Takes a page frame; false if it must not come from an honest page. None are taken if absent. */
  takeFrame?: ((caller: Caller, frame: Uint8Array) => boolean) | undefined;
}

/** State of one socket, in socket.io's `data`. */
interface SocketData {
  caller: Caller;
  session: unknown;
  limiter: RequestLimiter;
  /** Since the first bytes that no honest page sends. */
  falseFrames?: RequestLimiter;
}

type GatewaySocket = Socket<Record<string, never>, Record<string, never>, Record<string, never>, SocketData>;
type Acknowledge = (answer: Answer) => void;

/** A flood that goes on after so many refusals ends the socket. */
const MAX_REFUSED = 5_000;
/** Some may be on their way when a session ends; what comes beyond that ends the socket. */
const FALSE_FRAMES: RequestRate = { perSecond: 20, burst: 200 };

const rooms = {
  visitor: (id: VisitorId) => `v:${id}`,
  tab: (id: TabId) => `t:${id}`,
  token: (id: TokenId) => `k:${id}`,
  site: (id: SiteId) => `s:${id}`,
  conversation: (id: ConversationId, side: Role) => `${side}:${id}`,
};

/** The only place that knows socket.io: handshake, authentication, requests in, facts out. */
export class Gateway {
  readonly outlet: Outlet;
  readonly frames: FrameOutlet;
  readonly #io: Server;
  readonly #options: GatewayOptions;
  /** Connections whose socket is being let in or stands. */
  readonly #taken = new WeakSet<object>();
  readonly #slow: SlowSockets;
  readonly #young = new YoungBuffers();
  #served: Served | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const io = new Server({
      serveClient: false,
      parser: boundedParser,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      // A killed browser has to be gone from the agents' list within 30 s: 10 + 8, and presence's grace.
      pingInterval: 10_000,
      pingTimeout: 8_000,
      connectTimeout: 10_000,
      perMessageDeflate: false,
      destroyUpgrade: true,
    });
    io.use((socket, next) => {
      this.#admit(socket as GatewaySocket).then(
        () => next(),
        (error) => next(this.#refusal(error)),
      );
    });
    io.on('connection', (socket) => this.#connected(socket as unknown as GatewaySocket));
    this.#io = io;
    this.#slow = new SlowSockets(
      io,
      (waiting) => options.log.warn({ waiting }, 'a socket was ended that does not take what it is told'),
      options.maxWaiting,
    );
    this.frames = new FrameLines(io, rooms.tab);
    const to = (room: string) => {
      this.#slow.told();
      return io.to(room);
    };
    this.outlet = {
      toVisitor: (id, event, payload) => void to(rooms.visitor(id)).emit(event, payload),
      // A room for each tab would cost every page that only waits.
      toVisitorTab: (id, tab, event, payload) => {
        for (const socketId of io.of('/').adapter.rooms.get(rooms.visitor(id)) ?? []) {
          const socket = io.of('/').sockets.get(socketId) as GatewaySocket | undefined;
          if (socket?.data.caller.tab === tab) to(socketId).emit(event, payload);
        }
      },
      toAgentTab: (tab, event, payload) => void to(rooms.tab(tab)).emit(event, payload),
      toSiteVisitors: (site, event, payload) => void to(rooms.site(site)).emit(event, payload),
      toConversation: (id, side, event, payload, except) => {
        const audience = to(rooms.conversation(id, side));
        (except ? audience.except(rooms.tab(except)) : audience).emit(event, payload);
      },
      moveVisitor: (id, from, to) => {
        const sockets = io.in(rooms.visitor(id));
        if (from) sockets.socketsLeave(rooms.conversation(from, 'visitor'));
        if (to) sockets.socketsJoin(rooms.conversation(to, 'visitor'));
      },
      follow: (tab, id, on) => {
        const room = rooms.conversation(id, 'agent');
        const sockets = io.in(rooms.tab(tab));
        if (on) sockets.socketsJoin(room);
        else sockets.socketsLeave(room);
      },
      dropVisitor: (id) => io.in(rooms.visitor(id)).disconnectSockets(true),
      dropSocket: (id) => io.in(id).disconnectSockets(true),
      dropTokens: (tokens) => {
        for (const token of tokens) {
          io.to(rooms.token(token)).emit('agent.revoked', {});
          io.in(rooms.token(token)).disconnectSockets(true);
        }
      },
    };
  }

  /** Begins to let sockets in. */
  serve(served: Served): void {
    this.#served = served;
    // Node leaves an upgraded connection without a listener; a reset before somebody takes it would end the process.
    served.server.on('upgrade', (_request, socket) => socket.on('error', () => {}));
    this.#io.attach(served.server);
    const { handshakes, proxies } = this.#options;
    const limiter = handshakes && new HandshakeLimiter(handshakes, proxies);
    this.#io.engine.use(originGuard({ ...this.#options, mayConnect: (request) => limiter?.take(request) ?? true }));
  }

  get connections(): number {
    return this.#io.engine?.clientsCount ?? 0;
  }

  /** Ends all sockets; their clients come back when a server is there again. Idempotent. */
  close(): void {
    this.#slow.close();
    this.#io.disconnectSockets(true);
    this.#io.engine?.close();
  }

  async #admit(socket: GatewaySocket): Promise<void> {
    // socket.io takes several connect packets as long as none of them is through; one connection is one caller.
    if (this.#taken.has(socket.client)) throw new CvError('CONFLICT', 'This connection is being let in already.');
    this.#taken.add(socket.client);
    try {
      await this.#recognize(socket);
    } catch (error) {
      this.#taken.delete(socket.client);
      throw error;
    }
  }

  async #recognize(socket: GatewaySocket): Promise<void> {
    const parsed = Handshake.safeParse(socket.handshake.auth);
    if (!parsed.success) throw new CvError('INVALID_INPUT', `Handshake: ${explain(parsed.error)}`);
    if (socket.handshake.query['site'] !== parsed.data.site) {
      throw new CvError('INVALID_INPUT', 'Handshake: the address and auth must name the same site.');
    }
    if (!this.#served) throw new CvError('UNAVAILABLE', 'The server is still starting.');
    const { caller, session } = await this.#served.sessions.admit(parsed.data);
    socket.data.caller = caller;
    socket.data.session = session;
    socket.data.limiter = new RequestLimiter(this.#options.rate);
  }

  #refusal(error: unknown): Error & { data: unknown } {
    if (!(error instanceof CvError)) this.#options.log.error({ err: error }, 'handshake failed');
    else if (error.code === 'UNAVAILABLE' && error.cause) this.#options.log.warn({ err: error }, 'handshake refused');
    const known = error instanceof CvError ? error : new CvError('INTERNAL', 'The server could not let this page in.');
    return Object.assign(new Error(known.message), { data: known.toJSON() });
  }

  #connected(socket: GatewaySocket): void {
    const { caller, session } = socket.data;
    const { sessions } = this.#served as Served;
    if (caller.role === 'visitor') void socket.join([rooms.visitor(caller.visitorId), rooms.site(caller.site)]);
    else void socket.join([rooms.tab(caller.tab), rooms.token(caller.tokenId)]);
    const welcome = sessions.connected(caller, session, socket.id);
    socket.data.session = undefined;
    forgetRequest(socket);
    const raw = socket as unknown as Socket;
    raw.emit(welcome.event, welcome.payload);
    raw.onAny((event: unknown, ...rest: unknown[]) => {
      if (!raw.connected) return;
      if (event === BYTES) this.#receivedFrame(socket, rest[0] as Uint8Array);
      else this.#received(socket, event, rest);
    });
    raw.on('disconnect', () => {
      this.#taken.delete(socket.client);
      sessions.disconnected(caller, socket.id);
    });
  }

  #receivedFrame(socket: GatewaySocket, frame: Uint8Array): void {
    const { data } = socket;
    const { caller } = data;
    this.#young.came(frame.length);
    if ((this.#served as Served).takeFrame?.(caller, frame)) return;
    data.falseFrames ??= new RequestLimiter(FALSE_FRAMES);
    if (data.falseFrames.take()) return;
    this.#options.log.warn({ site: caller.site, role: caller.role }, 'socket ended that sends false page frames');
    socket.disconnect(true);
  }

  /** Everything else that a socket sends comes through here; whatever asks for an acknowledgement gets one. */
  #received(socket: GatewaySocket, event: unknown, rest: unknown[]): void {
    const { caller, limiter } = socket.data;
    const last = rest.at(-1);
    const answer: Acknowledge = typeof last === 'function' ? (last as Acknowledge) : () => {};
    const refuse = (code: ErrorCode, message: string) => answer({ error: new CvError(code, message).toJSON() });
    this.#slow.told();
    if (this.#slow.ends(socket as unknown as Socket)) return;
    if (!limiter.take()) {
      refuse('RATE_LIMITED', 'This page sends too many requests; wait a second.');
      if (limiter.refused > MAX_REFUSED) {
        this.#options.log.warn({ site: caller.site, role: caller.role }, 'flooding socket ended');
        socket.disconnect(true);
      }
    } else if (event === OVERSIZED) {
      refuse('PAYLOAD_TOO_LARGE', `The request has ${rest[0]} characters; at most ${MAX_REQUEST_CHARS} are taken.`);
    } else if (event !== 'request') {
      refuse('NOT_FOUND', 'The server takes one event, “request”, with the method’s name and its input.');
    } else {
      const [name, input] = typeof last === 'function' ? rest.slice(0, -1) : rest;
      void (this.#served as Served).dispatch(caller, name, input).then(answer);
    }
  }
}

const NOTHING = Object.freeze({});

/**
 * socket.io keeps the HTTP request that a socket began with, and all its headers, for as long as it stands: 4 KiB
 * a socket that nobody reads again. Of these a new handshake on the same connection needs the site alone.
 */
function forgetRequest(socket: GatewaySocket): void {
  const keeper = socket as unknown as { handshake: object; conn: { request: object } };
  keeper.handshake = NOTHING;
  keeper.conn.request = { headers: NOTHING, connection: NOTHING, _query: { site: socket.data.caller.site } };
}
