import { z } from 'zod';
import { CobrowsePrivacy } from './cobrowse.ts';
import { route } from './contract.ts';
import { SiteId } from './ids.ts';
import { NewOpeningHours, OpeningHours } from './openingHours.ts';
import { Visibility } from './rules.ts';
import { Line } from './text.ts';

/** An origin as browsers send it, `https://shop.example`, or with `*` for the port: `http://localhost:*`. */
export const OriginPattern = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/[a-z0-9.[\]:-]+?(:(\d{1,5}|\*))?$/i,
    'an origin such as https://shop.example or http://localhost:*',
  );

/**
 * A language as in `en`, `pt-BR`, `zh-Hant` or `es-419` (BCP 47: language, script, region); English and German are built
 * in, others are files of the server.
 */
export const LanguageTag = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, 'a language such as de, pt-BR, zh-Hant or es-419');

/** What a site may word itself, by language; what is left out keeps the built-in words. */
const ChatTexts = z.strictObject({
  title: Line(60).optional(),
  /** Under the title. */
  subtitle: Line(120).optional(),
  /** Stands in the empty conversation. */
  welcome: Line(300).optional(),
  /** The same while no agent is there or the opening hours are over. */
  away: Line(300).optional(),
  placeholder: Line(60).optional(),
});
export type ChatTexts = z.infer<typeof ChatTexts>;

const Identity = z.object({
  /** open: pages are believed (the seeds' behaviour). signed: a person needs a signature. server: as IDENTITY_MODE says. */
  mode: z.enum(['server', 'open', 'signed']),
});

const Widget = z.object({
  /** Accent colour; whatever is written on it stays legible. */
  color: z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour such as #1f6feb'),
  position: z.enum(['left', 'right']),
  /** Distance from the window's lower corner, CSS pixels. */
  offset: z.strictObject({ x: z.number().int().min(0).max(400), y: z.number().int().min(0).max(400) }),
  /** A short sound at a message while the page is not in front. */
  sound: z.boolean(),
  texts: z.partialRecord(LanguageTag, ChatTexts),
});

const Chat = z.object({
  visibility: Visibility,
  /** Whether visitors may send files, and how large, in bytes. */
  files: z.strictObject({
    enabled: z.boolean(),
    maxBytes: z
      .number()
      .int()
      .min(1024)
      .max(25 * 1024 * 1024),
  }),
});

const Routing = z.object({
  /** Give a new conversation that is nobody's to the available agent with the least open chats. */
  automatic: z.boolean(),
  /** An agent with so many open chats is not available; null is no limit. */
  maxChats: z.number().int().min(1).max(1000).nullable(),
});

const Cobrowse = z.object({
  /** Visitors can share their page from within the chat, and agents may ask them to. */
  enabled: z.boolean(),
  /** Whether agents may ask to act in the page. */
  control: z.boolean(),
  privacy: CobrowsePrivacy,
});

const Privacy = z.object({
  /** Conversations without a change for so many days are erased, with people whom nothing else is known of; null keeps them. */
  retentionDays: z.number().int().min(1).max(3650).nullable(),
});

export const SiteSettings = z.object({
  /** Pages of these origins may embed the widget; the server's own origin always may. */
  allowedOrigins: z.array(OriginPattern).max(200),
  /** Session-based ids: the visitor id is gone with the browser window (seed 000). */
  sessionIds: z.boolean(),
  /** Language of the widget; `auto` follows the visitor's browser. */
  language: z.union([z.literal('auto'), LanguageTag]),
  identity: Identity,
  widget: Widget,
  chat: Chat,
  routing: Routing,
  /** Null: always open. */
  openingHours: OpeningHours.nullable(),
  privacy: Privacy,
  cobrowse: Cobrowse,
});
export type SiteSettings = z.infer<typeof SiteSettings>;

export const defaultSiteSettings: SiteSettings = {
  allowedOrigins: [],
  sessionIds: false,
  language: 'auto',
  identity: { mode: 'server' },
  widget: { color: '#1f6feb', position: 'right', offset: { x: 20, y: 20 }, sound: true, texts: {} },
  chat: { visibility: 'visible', files: { enabled: true, maxBytes: 10 * 1024 * 1024 } },
  routing: { automatic: true, maxChats: null },
  openingHours: null,
  privacy: { retentionDays: null },
  cobrowse: { enabled: false, control: true, privacy: { maskAll: false, mask: [], unmask: [], block: [] } },
};

/** A change: what is left out, also within a group, stays as it is. A setting that is given is replaced whole. */
export const SiteChange = z.strictObject({
  ...SiteSettings.partial().shape,
  openingHours: NewOpeningHours.nullable().optional(),
  identity: Identity.partial().strict().optional(),
  widget: Widget.partial().strict().optional(),
  chat: Chat.partial().strict().optional(),
  routing: Routing.partial().strict().optional(),
  privacy: Privacy.partial().strict().optional(),
  cobrowse: Cobrowse.partial().strict().optional(),
});
export type SiteChange = z.infer<typeof SiteChange>;

export const Site = z.object({ id: SiteId, name: z.string().max(200), settings: SiteSettings });
export type Site = z.infer<typeof Site>;

/** What the widget script is told about its site; public. */
export interface WidgetBoot {
  site: string;
  /** Origin of the CoView server. */
  host: string;
  sessionIds: boolean;
  /** `auto` or a language. */
  language: string;
  /** Languages of the server's files beside English and German. */
  languages: readonly string[];
  widget: SiteSettings['widget'];
  /** Absent where visitors may not send files. */
  files?: { maxBytes: number };
  /** Absent where pages are not shared. */
  cobrowse?: Pick<SiteSettings['cobrowse'], 'control' | 'privacy'> & {
    /** Pages in frames are shown as parts of those around them where both are of such origins. */
    origins?: readonly string[];
  };
  /** DOM events that the site's rules wait for; absent where they wait for none. */
  events?: readonly string[];
  /** Those of them that came before the rules did, with the page's address of then; the first script notes them. */
  heard?: ReadonlyMap<string, string>;
  /** Address of the widget's main module. */
  core: string;
}

const Kid = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, . _ and -, at most 64');
const Algorithm = z.enum(['HS256', 'HS384', 'HS512']);

/** A key that `externalToken` is signed with; it verifies its own algorithm only (RFC 7515, RFC 7518 §3.2). */
export const IdentityKey = z.object({ kid: Kid, algorithm: Algorithm, createdAt: z.iso.datetime() });
export type IdentityKey = z.infer<typeof IdentityKey>;

export const siteRoutes = {
  getSite: route({
    summary: 'The site this key belongs to, with its settings',
    verb: 'GET',
    path: '/rest/v1/site',
    auth: 'admin',
    status: 200,
    response: Site,
    errors: [],
  }),
  putSite: route({
    summary: 'Replace the named settings of the site; settings that are left out stay as they are',
    verb: 'PUT',
    path: '/rest/v1/site',
    auth: 'admin',
    body: z.strictObject({ name: Line(200).optional(), settings: SiteChange.optional() }),
    status: 200,
    response: Site,
    errors: [],
  }),
  listIdentityKeys: route({
    summary: 'Keys for signed identities; several at once let one take over from another',
    verb: 'GET',
    path: '/rest/v1/identity-keys',
    auth: 'admin',
    status: 200,
    response: z.object({ items: z.array(IdentityKey) }),
    errors: [],
  }),
  createIdentityKey: route({
    summary: 'Add a key: the secret given, UTF-8, or a fresh one; the answer alone holds it',
    verb: 'POST',
    path: '/rest/v1/identity-keys',
    auth: 'admin',
    body: z.strictObject({
      kid: Kid,
      algorithm: Algorithm.default('HS256'),
      secret: z.string().min(8, 'at least 8 characters').max(500).optional(),
    }),
    status: 201,
    response: IdentityKey.extend({ secret: z.string() }),
    errors: ['CONFLICT'],
    secret: true,
  }),
  deleteIdentityKey: route({
    summary: 'Remove a key: what it signed is refused from now on',
    verb: 'DELETE',
    path: '/rest/v1/identity-keys/{kid}',
    auth: 'admin',
    params: z.object({ kid: Kid }),
    status: 204,
    errors: ['NOT_FOUND'],
  }),
};
