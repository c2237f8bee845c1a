import { z } from 'zod';
import { CallState } from './calling.ts';
import { event, method, route } from './contract.ts';
import { CobrowseId, Email, TabId, VisitorId } from './ids.ts';

/** A CSS selector; one that no browser understands hides everything rather than nothing. */
const Selector = z.string().trim().min(1).max(300);
const Selectors = z.array(Selector).max(200);

/**
 * What is hidden before anything leaves the visitor's browser. Every input, textarea, select, option, contenteditable
 * and hidden input is masked to begin with; passwords and payment fields always are.
 */
export const CobrowsePrivacy = z.strictObject({
  /** Masks all text, but that of `unmask`. */
  maskAll: z.boolean(),
  /** Masked with everything inside: characters arrive as `*`. */
  mask: Selectors,
  /** Shown though it would be masked, with everything inside; `mask` and `block` win over it. */
  unmask: Selectors,
  /** Left out altogether: an empty box of the same size arrives. */
  block: Selectors,
});
export type CobrowsePrivacy = z.infer<typeof CobrowsePrivacy>;

/** Why a session ended. revoked: the visitor stopped sharing. ended: the agents did. disconnected: a side stayed away. */
export const CobrowseEndReason = z.enum([
  'declined',
  'cancelled',
  'missed',
  'revoked',
  'ended',
  'disconnected',
  'failed',
]);
export type CobrowseEndReason = z.infer<typeof CobrowseEndReason>;

/** What an agent may do in the visitor's page, each by itself. pointer: move, click and drag. navigate: another page. */
export const CobrowseCapability = z.enum(['pointer', 'scroll', 'type', 'select', 'navigate']);
export type CobrowseCapability = z.infer<typeof CobrowseCapability>;
const Capabilities = z.array(CobrowseCapability).max(5);

const AgentName = z.object({ email: z.string(), name: z.string() });
const Held = z.object({
  agent: AgentName,
  capabilities: Capabilities,
  /** Told to that page of the agent’s alone: no other may act, those of the same agent included. */
  here: z.literal(true).optional(),
});

/**
 * A session as both sides see it. ringing: the visitor is asked. connecting: consented, and no agent sees the page
 * yet. active: an agent does. Times are ISO 8601 in UTC.
 */
export const CobrowseView = z.object({
  id: CobrowseId,
  state: CallState,
  /** Only when ended. */
  reason: CobrowseEndReason.optional(),
  visitorId: VisitorId,
  startedBy: z.enum(['agent', 'visitor']),
  /** Who asked the visitor, or whom the visitor shares with; absent while that is nobody in particular. */
  agent: AgentName.optional(),
  /** Who watches now. */
  viewers: z.array(AgentName),
  startedAt: z.iso.datetime(),
  consentedAt: z.iso.datetime().optional(),
  activeAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** The visitor's pages on this site, without query, hash and tokens; `front` is the one that is shown. */
  tabs: z.array(z.object({ tab: TabId, url: z.string(), title: z.string(), front: z.boolean() })),
  /** Who may act in the page. */
  control: Held.optional(),
  /** Who asks for it, and for what. */
  asked: Held.optional(),
  /** The page changes faster than it can be sent; what is shown is of before. */
  paused: z.boolean(),
  /** Whether the visitor is connected now. */
  online: z.boolean(),
});
export type CobrowseView = z.infer<typeof CobrowseView>;

/** What of a session is kept, and told to webhooks. */
export const CobrowseEntry = CobrowseView.pick({
  id: true,
  state: true,
  reason: true,
  visitorId: true,
  startedBy: true,
  agent: true,
  startedAt: true,
  consentedAt: true,
  activeAt: true,
  endedAt: true,
});
export type CobrowseEntry = z.infer<typeof CobrowseEntry>;

/** CSS pixels of the visitor's page: from the window's upper left corner. */
const Pixel = z.number().finite().min(-100_000).max(100_000);
const Point = z.object({ x: Pixel, y: Pixel });
/** A node by its number in the recording. */
const NodeId = z.number().int().min(0).max(0x7fffffff);
const Modifiers = z.array(z.enum(['alt', 'ctrl', 'meta', 'shift'])).max(4);

/**
 * What an agent does in the visitor's page. A point is meant within the element of the node: 0 to 1 of its width and
 * height, as layouts may differ a little.
 */
export const CobrowseCommand = z.discriminatedUnion('do', [
  z.object({ do: z.literal('move'), node: NodeId, at: Point }),
  z.object({
    do: z.literal('down'),
    node: NodeId,
    at: Point,
    button: z.number().int().min(0).max(2),
    modifiers: Modifiers,
  }),
  z.object({
    do: z.literal('up'),
    node: NodeId,
    at: Point,
    button: z.number().int().min(0).max(2),
    modifiers: Modifiers,
  }),
  /** CSS pixels, of the node's scroll box; the document's is its root element. */
  z.object({ do: z.literal('scroll'), node: NodeId, by: Point }),
  /** Goes in where the caret is; the node is the field it was in when the agent typed. */
  z.object({ do: z.literal('text'), node: NodeId, text: z.string().min(1).max(2000) }),
  z.object({
    do: z.literal('key'),
    node: NodeId,
    key: z.string().min(1).max(20),
    code: z.string().max(30),
    modifiers: Modifiers,
  }),
  /** Positions of the options that are to be chosen. */
  z.object({ do: z.literal('select'), node: NodeId, options: z.array(z.number().int().min(0).max(10_000)).max(1000) }),
  /** The whole value of a field that is chosen rather than written (a date, a time, a colour), as HTML has it; '': none. */
  z.object({ do: z.literal('fill'), node: NodeId, value: z.string().max(100) }),
  z.object({
    do: z.literal('go'),
    to: z.union([z.enum(['back', 'forward', 'reload']), z.url({ protocol: /^https?$/ }).max(2000)]),
  }),
]);
export type CobrowseCommand = z.infer<typeof CobrowseCommand>;

/** Why a command was not done. INVALID_INPUT: no value that the field takes. */
export const CobrowseOutcome = z.enum(['NOT_FOUND', 'FORBIDDEN', 'UNSUPPORTED', 'INVALID_INPUT']);
export type CobrowseOutcome = z.infer<typeof CobrowseOutcome>;

/** What an agent shows on the visitor's page without touching it; it fades by itself. Points as of the whole page. */
export const CobrowseMark = z.discriminatedUnion('mark', [
  z.object({ mark: z.literal('laser'), at: Point }),
  /** A stroke as far as it was drawn since the last such mark; `end` lets it fade. */
  z.object({
    mark: z.literal('pen'),
    stroke: z.number().int().min(0),
    points: z.array(Point).min(1).max(200),
    end: z.boolean(),
  }),
  z.object({ mark: z.literal('highlight'), node: NodeId }),
  z.object({ mark: z.literal('none') }),
]);
export type CobrowseMark = z.infer<typeof CobrowseMark>;

/** Six digits that a visitor reads out; an agent of the site gets in by them once. */
export const CobrowseCode = z.string().regex(/^\d{6}$/, 'six digits');

/** SHA-256 of what a page is made of beside its DOM (a picture, a font, a style sheet), hex. */
export const AssetHash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');

const BySession = z.object({ id: CobrowseId });
const Session = z.object({ session: CobrowseView });
const Nothing = z.object({});

export const cobrowseMethods = {
  'cobrowse.share': method({
    summary: 'The visitor shares this page, having consented, with the assigned agent or whoever comes first',
    who: ['visitor'],
    input: Nothing,
    output: Session,
    errors: ['CONFLICT', 'AGENT_OFFLINE', 'UNSUPPORTED'],
  }),
  'cobrowse.code': method({
    summary: 'Six digits to read out: the agent who types them asks this visitor, and the visitor consents as ever',
    who: ['visitor'],
    input: Nothing,
    output: z.object({ code: CobrowseCode, expiresAt: z.iso.datetime() }),
    errors: ['UNSUPPORTED'],
  }),
  'cobrowse.answer': method({
    summary: 'The visitor lets the agent see the page, or not',
    who: ['visitor'],
    input: BySession.extend({ accept: z.boolean() }),
    output: Session,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'cobrowse.grant': method({
    summary: 'The visitor lets the agent who asked act in the page, as far as named; nothing named refuses or revokes',
    who: ['visitor'],
    input: BySession.extend({ agent: z.string().max(254), capabilities: Capabilities }),
    output: Session,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'cobrowse.paused': method({
    summary: 'The page changes faster than it can be sent, or has caught up',
    who: ['visitor'],
    input: BySession.extend({ paused: z.boolean() }),
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.outcome': method({
    summary: 'What became of an agent’s command that could not be done',
    who: ['visitor'],
    input: BySession.extend({ n: z.number().int().min(0), code: CobrowseOutcome }),
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.assets': method({
    summary: 'Which of these the server does not have in this session',
    who: ['visitor'],
    input: BySession.extend({ hashes: z.array(AssetHash).max(500) }),
    output: z.object({ missing: z.array(AssetHash) }),
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.start': method({
    summary: 'Ask a visitor to share the page',
    who: ['agent'],
    input: z.object({ visitorId: VisitorId }),
    output: Session,
    errors: ['NOT_FOUND', 'NOT_TAGGED', 'VISITOR_OFFLINE', 'CALL_BUSY', 'UNSUPPORTED'],
  }),
  'cobrowse.join': method({
    summary:
      'Watch a session, by its id or by the code that the visitor reads out; with a code the visitor may be asked first',
    who: ['agent'],
    input: z.union([z.strictObject({ id: CobrowseId }), z.strictObject({ code: CobrowseCode })]),
    output: Session,
    errors: ['NOT_FOUND', 'VISITOR_OFFLINE', 'CALL_BUSY', 'UNSUPPORTED'],
  }),
  'cobrowse.leave': method({
    summary: 'Watch no more; the session goes on for the others',
    who: ['agent'],
    input: BySession,
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.end': method({
    summary: 'End a session; while it rings this means cancelled (agent) or declined (visitor), later ended or revoked',
    who: ['visitor', 'agent'],
    input: BySession,
    output: Session,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.refresh': method({
    summary: 'This page has missed frames and needs the whole page anew',
    who: ['agent'],
    input: BySession,
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.askControl': method({
    summary: 'Ask the visitor to let this agent act in the page',
    who: ['agent'],
    input: BySession.extend({ capabilities: Capabilities.min(1) }),
    output: Session,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNSUPPORTED'],
  }),
  'cobrowse.release': method({
    summary: 'Give control back, or ask for it no more',
    who: ['agent'],
    input: BySession,
    output: Session,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.command': method({
    summary: 'Act in the visitor’s page; needs the capability, which the visitor granted to this page',
    who: ['agent'],
    input: BySession.extend({ n: z.number().int().min(0), command: CobrowseCommand }),
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.mark': method({
    summary: 'Point at something on the visitor’s page',
    who: ['agent'],
    input: BySession.extend({ mark: CobrowseMark }),
    output: Nothing,
    errors: ['NOT_FOUND'],
  }),
  'cobrowse.watch': method({
    summary: 'Begin or stop to receive cobrowse.sessions; the answer to begin is the list as of now',
    who: ['agent'],
    input: z.object({ on: z.boolean() }),
    output: z.array(CobrowseView),
    errors: [],
  }),
};

export const cobrowseEvents = {
  'cobrowse.offer': event({
    summary: 'An agent asks to see the visitor’s page',
    to: ['visitor'],
    payload: Session.extend({
      /** Milliseconds that it goes on ringing. */
      ringMs: z.number(),
    }),
  }),
  'cobrowse.changed': event({
    summary: 'The session as it is now; to the visitor’s pages and to those who watch or ask',
    to: ['visitor', 'agent'],
    payload: Session,
  }),
  'cobrowse.record': event({
    summary:
      'This tab is the one that is watched: record from the whole page on, by these rules, under this stream’s number',
    to: ['visitor'],
    payload: BySession.extend({ stream: z.number().int(), privacy: CobrowsePrivacy }),
  }),
  'cobrowse.still': event({
    summary: 'Nobody watches this tab: record no more until told so',
    to: ['visitor'],
    payload: BySession,
  }),
  'cobrowse.command': event({
    summary: 'An agent acts in this page',
    to: ['visitor'],
    payload: BySession.extend({ n: z.number().int(), agent: AgentName, command: CobrowseCommand }),
  }),
  'cobrowse.mark': event({
    summary: 'An agent points at something; also to the others who watch',
    to: ['visitor', 'agent'],
    payload: BySession.extend({ agent: AgentName, mark: CobrowseMark }),
  }),
  'cobrowse.outcome': event({
    summary: 'A command of this page could not be done',
    to: ['agent'],
    payload: BySession.extend({ n: z.number().int(), code: CobrowseOutcome }),
  }),
  'cobrowse.sessions': event({
    summary: 'Sessions that began, changed or ended since the last such event, of visitors whom this agent may see',
    to: ['agent'],
    payload: z.object({ changed: z.array(CobrowseView), gone: z.array(CobrowseId) }),
  }),
};

export const cobrowseRoutes = {
  createCobrowseUrl: route({
    summary: 'An address that logs an agent in, once, and opens a session: one that goes on, or the code’s visitor',
    verb: 'POST',
    path: '/rest/v1/cobrowse/join-url',
    auth: 'site',
    body: z
      .strictObject({
        sessionId: CobrowseId.optional(),
        /** The six digits that the visitor reads out. */
        shareId: CobrowseCode.optional(),
        agent: Email,
        /** Seconds that the address is good for. */
        ttlSeconds: z.number().int().min(10).max(300).default(120),
      })
      .refine(({ sessionId, shareId }) => (sessionId === undefined) !== (shareId === undefined), {
        message: 'either sessionId or shareId',
      }),
    status: 201,
    response: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
    errors: ['NOT_FOUND'],
    secret: true,
  }),
};
