import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { SiteId } from '#protocol/ids.ts';
import type { Sfu } from '#protocol/Sfu.ts';
import { EmbeddedSfu } from '#sfu/EmbeddedSfu.ts';
import { listenAddresses } from '#sfu/listen.ts';
import { auditRoutes } from './audit/routes.ts';
import { CallService, type callTimes } from './calling/CallService.ts';
import { callingHandlers } from './calling/handlers.ts';
import { callingRoutes } from './calling/routes.ts';
import { ConversationHooks } from './chat/ConversationHooks.ts';
import { createChat } from './chat/createChat.ts';
import { deskRoutes } from './chat/deskRoutes.ts';
import { Files } from './chat/Files.ts';
import { chatHandlers } from './chat/handlers.ts';
import { conversationRoutes } from './chat/routes.ts';
import { AssetFetcher } from './cobrowse/AssetFetcher.ts';
import { Assets } from './cobrowse/Assets.ts';
import type { cobrowseTimes } from './cobrowse/cobrowseTimes.ts';
import { createCobrowsing } from './cobrowse/createCobrowsing.ts';
import { FrameRelay } from './cobrowse/FrameRelay.ts';
import { cobrowseHandlers } from './cobrowse/handlers.ts';
import { cobrowseRoutes } from './cobrowse/routes.ts';
import type { Config } from './config.ts';
import { type DemoCredentials, seedDemo } from './demo/seedDemo.ts';
import { createDispatch } from './gateway/dispatch.ts';
import { Gateway } from './gateway/Gateway.ts';
import { usualHandshakes } from './gateway/HandshakeLimiter.ts';
import type { RequestRate } from './gateway/RequestLimiter.ts';
import { Housekeeping } from './Housekeeping.ts';
import { AuthenticationCache } from './http/AuthenticationCache.ts';
import { createHttp, type HttpServer } from './http/HttpServer.ts';
import { Languages } from './http/Languages.ts';
import { type RestLimits, usualLimits } from './http/RateLimits.ts';
import { AgentService } from './identity/AgentService.ts';
import { createPeople } from './identity/createPeople.ts';
import { customerRoutes } from './identity/customerRoutes.ts';
import { identityHandlers } from './identity/handlers.ts';
import { IdentityKeys } from './identity/IdentityKeys.ts';
import { identityKeyRoutes } from './identity/identityKeyRoutes.ts';
import { identityRoutes } from './identity/routes.ts';
import { SignedTags } from './identity/SignedTags.ts';
import { tellReleased } from './identity/tellReleased.ts';
import { VisitorService } from './identity/VisitorService.ts';
import { VisitorTokens } from './identity/VisitorTokens.ts';
import { mediaHandlers } from './media/handlers.ts';
import { iceServersFor } from './media/iceServers.ts';
import { MediaService } from './media/MediaService.ts';
import { serviceMetrics } from './metrics.ts';
import { TargetGuard } from './net/TargetGuard.ts';
import { AgentPresence } from './presence/AgentPresence.ts';
import { presenceHandlers, presenceRoutes } from './presence/handlers.ts';
import { PresenceFeed } from './presence/PresenceFeed.ts';
import { PresenceService } from './presence/PresenceService.ts';
import { rulesHandlers } from './rules/handlers.ts';
import { RuleService } from './rules/RuleService.ts';
import { rulesRoutes } from './rules/routes.ts';
import { SiteStates } from './rules/SiteStates.ts';
import { SocketSessions } from './SocketSessions.ts';
import { siteRoutes } from './site/routes.ts';
import { SiteDirectory } from './site/SiteDirectory.ts';
import { Rows } from './store/Rows.ts';
import type { Store } from './store/Store.ts';
import { TypeOrmStore } from './store/TypeOrmStore.ts';
import { webhooksRoutes } from './webhooks/routes.ts';
import { WebhookDirectory } from './webhooks/WebhookDirectory.ts';
import { type senderTimes, WebhookSender } from './webhooks/WebhookSender.ts';

/** For load tests, and where something in front limits. */
const unlimited: RequestRate = { perSecond: 1e9, burst: 1e9 };
const DIST = resolve(import.meta.dirname, '../dist');

export interface CoViewOptions {
  config: Config;
  /** Signs visitor tokens. */
  secret: string;
  log: Logger;
  callTimes?: Partial<typeof callTimes>;
  cobrowseTimes?: Partial<typeof cobrowseTimes>;
  webhookTimes?: Partial<typeof senderTimes>;
  /** What one socket may send. */
  requestRate?: RequestRate;
  /** Bytes that may wait for a page that does not take them. */
  maxWaiting?: number;
  /** What one visitor may write. */
  messageRate?: RequestRate;
  /** How often one address may connect. */
  handshakes?: RequestRate;
  /** Of REST; those named only. */
  limits?: Partial<RestLimits>;
}

/** One running service: every part, put together here and nowhere else. */
export class CoView {
  readonly port: number;
  readonly store: Store;
  readonly rows: Rows;
  readonly sfu: EmbeddedSfu;
  readonly housekeeping: Housekeeping;
  /** Only in development. */
  readonly demo: DemoCredentials | undefined;
  readonly #closers: readonly (() => unknown)[];
  #closing: Promise<void> | undefined;

  private constructor(
    port: number,
    parts: {
      store: Store;
      rows: Rows;
      sfu: EmbeddedSfu;
      housekeeping: Housekeeping;
      demo: DemoCredentials | undefined;
      closers: readonly (() => unknown)[];
    },
  ) {
    this.port = port;
    this.store = parts.store;
    this.rows = parts.rows;
    this.sfu = parts.sfu;
    this.housekeeping = parts.housekeeping;
    this.demo = parts.demo;
    this.#closers = parts.closers;
  }

  static async start({ config, secret, log, ...options }: CoViewOptions): Promise<CoView> {
    const data = resolve(config.COVIEW_DATA);
    await mkdir(data, { recursive: true, mode: 0o700 });
    const [database, sfu] = await Promise.all([
      TypeOrmStore.open({ url: config.DATABASE_URL, file: join(data, 'coview.sqlite') }),
      EmbeddedSfu.create({
        workers: config.RTC_WORKERS,
        listen: listenAddresses(config.RTC_ANNOUNCED_ADDRESS),
        port: config.RTC_PORT,
        log: (level, message, fields) => log[level]({ ...fields, part: 'sfu' }, message),
      }),
    ]);
    const { store, rows } = Rows.over(database);
    rows.keeps = config.COVIEW_KEEP_ROWS;
    const sites = await SiteDirectory.load(store.sites, config.IDENTITY_MODE);
    const languages = await Languages.load(join(data, 'languages'), log);
    const files = await Files.open({ folder: join(data, 'files'), secret, store: store.chat, log });
    const registry = new Registry();
    const gateway = new Gateway({
      log: log.child({ part: 'gateway' }),
      publicUrl: config.PUBLIC_URL,
      rate: options.requestRate ?? (config.RATE_LIMITS ? undefined : unlimited),
      maxWaiting: options.maxWaiting,
      handshakes: config.RATE_LIMITS ? (options.handshakes ?? usualHandshakes) : undefined,
      proxies: config.TRUST_PROXY,
      siteOf: (site) => sites.find(site),
    });
    const { outlet } = gateway;
    let port = config.PORT;
    const deskUrl = (site: SiteId, fragment: string) =>
      `${config.PUBLIC_URL ?? `http://localhost:${port}`}/desk/?site=${site}#${fragment}`;
    const agents = new AgentService(store, outlet);
    const agentPresence = new AgentPresence({ maxChats: (site) => sites.require(site).settings.routing.maxChats });
    const authenticator = new AuthenticationCache(agents, sites);
    agents.onChanged = (agent) => {
      authenticator.forget(agent.id);
      agentPresence.update(agent);
    };
    const webhooks = await WebhookDirectory.load(store);
    const hooks = new ConversationHooks({ webhooks, files, deskUrl });
    const presence = new PresenceService();
    const identityKeys = await IdentityKeys.load(store);
    const visitorTokens = new VisitorTokens(secret);
    const identityMode = (site: SiteId) => sites.identityMode(site);
    const visitors = new VisitorService({
      store,
      tokens: visitorTokens,
      presence,
      signedTags: new SignedTags(identityKeys),
      identityMode,
      merged: (before, after) => hooks.rows(before, after),
    });
    const rules = await RuleService.load(store);
    const siteStates = new SiteStates({ sites, rules, agents: agentPresence, outlet });
    const targets = new TargetGuard({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
    const webhookSender = new WebhookSender({
      store: store.webhooks,
      directory: webhooks,
      guard: targets,
      log: log.child({ part: 'webhooks' }),
      times: options.webhookTimes,
    });
    const feed = new PresenceFeed(presence, agentPresence, outlet);
    const media = new MediaService({ sfu, outlet, log, iceServers: (user) => iceServersFor(iceOptions(config), user) });
    const calls = new CallService({
      store: store.calls,
      customers: store.customers,
      hooks: webhooks,
      presence,
      outlet,
      media,
      log,
      times: options.callTimes,
    });
    const frames = new FrameRelay(gateway.frames, { log });
    const assets = await Assets.create({ folder: join(data, 'cobrowse') });
    // Visitors name what is fetched, whatever webhooks may reach.
    const assetTargets = new TargetGuard({ allowPrivate: false, allowHttp: true });
    const cobrowsing = createCobrowsing({
      store,
      hooks: webhooks,
      sites,
      presence,
      agentPresence,
      frames,
      assets,
      outlet,
      log: log.child({ part: 'cobrowse' }),
      times: options.cobrowseTimes,
    });
    const { cobrowses } = cobrowsing;
    agents.onRevoked = (_site, agentId, tokens) => {
      calls.endOfTokens(agentId, tokens);
      cobrowses.endOfTokens(agentId, tokens);
    };
    await Promise.all([calls.recover(), cobrowses.recover()]);
    const chat = await createChat({
      store,
      rows,
      sites,
      visitors,
      presence,
      agentPresence,
      hooks,
      rules,
      files,
      outlet,
      rate: options.messageRate ?? (config.RATE_LIMITS ? undefined : unlimited),
      log: log.child({ part: 'chat' }),
    });
    const { visitorSide } = chat;
    const people = createPeople({
      store,
      visitors,
      agents,
      presence,
      calls,
      cobrowses,
      chat: visitorSide,
      files,
      outlet,
      deskUrl,
      identityMode,
    });
    agents.onNarrowed = (agent) => visitorSide.narrowed(agent);
    agents.onReleased = tellReleased({ presence, cobrowses, chat: visitorSide });
    sites.on('changed', ({ id }) => {
      if (sites.identityMode(id) === 'signed') void people.dismissal.dismissClaims(id);
    });
    const housekeeping = new Housekeeping({ store, sites, files, personal: people.personal, log });
    const demo = config.development ? await seedDemo({ data, sites, agents, store }) : undefined;

    const http = createHttp({
      rest: {
        ...identityRoutes(agents, rows, agentPresence),
        ...identityKeyRoutes(identityKeys),
        ...customerRoutes(people),
        ...presenceRoutes(presence),
        ...conversationRoutes(chat.agentSide, store, files),
        ...deskRoutes(chat.access, store, outlet),
        ...callingRoutes(store.calls),
        ...cobrowseRoutes(people.links),
        ...rulesRoutes(rules, sites),
        ...webhooksRoutes({ store: store.webhooks, directory: webhooks, sender: webhookSender, guard: targets }),
        ...auditRoutes(store.audit),
        ...siteRoutes(sites),
      },
      authenticator,
      checkResponses: config.COVIEW_CHECK_ANSWERS,
      sites,
      languages,
      eventsOf: (site) => rules.events(site),
      files: { files, visitorTokens },
      cobrowse: {
        assets,
        fetcher: new AssetFetcher({ assets, guard: assetTargets }),
        access: cobrowses.sessions,
        visitorTokens,
      },
      idempotency: store.idempotency,
      limits: config.RATE_LIMITS ? (options.limits ?? usualLimits) : undefined,
      proxies: config.TRUST_PROXY,
      distDir: DIST,
      publicUrl: config.PUBLIC_URL,
      demo: config.development,
      credentials: demo,
      checks: { database: () => store.ping(), media: () => mediaReady(sfu) },
      registry,
      log: log.child({ part: 'http' }),
    });
    const { observe } = serviceMetrics({ registry, gateway, presence, calls, cobrowses, frames, webhookSender, sfu });
    gateway.serve({
      server: http.server,
      takeFrame: (caller, frame) => frames.receive(caller, frame),
      sessions: new SocketSessions({
        sites,
        visitors,
        agents,
        presence,
        agentPresence,
        feed,
        calls,
        cobrowsing,
        chat,
        siteStates,
        outlet,
      }),
      dispatch: createDispatch({
        handlers: {
          ...identityHandlers({
            visitors,
            agents,
            presence,
            agentPresence,
            calls,
            cobrowses,
            chat: visitorSide,
            outlet,
          }),
          ...presenceHandlers(presence, feed, visitors),
          ...chatHandlers(chat),
          ...callingHandlers(calls),
          ...cobrowseHandlers(cobrowsing),
          ...rulesHandlers(siteStates),
          ...mediaHandlers(media, calls),
        },
        log: log.child({ part: 'dispatch' }),
        observe,
        checkAnswers: config.COVIEW_CHECK_ANSWERS,
      }),
    });
    const closers = [
      () => Promise.all([calls.close(), cobrowses.close()]),
      () => gateway.close(),
      () => chat.close(),
      () => webhookSender.close(),
      () => http.close(),
      () => housekeeping.close(),
      () => files.close(),
      () => feed.close(),
      () => frames.closeAll(),
      () => cobrowsing.feed.close(),
      () => siteStates.close(),
      () => agentPresence.close(),
      () => presence.close(),
      () => sfu.close(),
      () => store.close(),
    ];
    port = await listen(http, config, closers);
    return new CoView(port, { store, rows, sfu, housekeeping, demo, closers });
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Ends calls, then sockets, then everything else, in this order. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= runAll(this.#closers);
    return this.#closing;
  }
}

async function runAll(closers: readonly (() => unknown)[]): Promise<void> {
  for (const close of closers) await close();
}

async function listen(http: HttpServer, config: Config, closers: readonly (() => unknown)[]): Promise<number> {
  try {
    return await http.listen(config.PORT, config.HOST);
  } catch (error) {
    await runAll(closers);
    throw error;
  }
}

const iceOptions = (config: Config) => ({
  servers: config.ICE_SERVERS,
  turnUrls: config.TURN_URLS,
  turnSecret: config.TURN_SECRET,
});

async function mediaReady(sfu: Sfu): Promise<void> {
  if (!sfu.ready()) throw new Error('no media worker is alive');
}
