import { z } from 'zod';
import { lowerCase } from './lowerCase.ts';
import { bare } from './text.ts';

/** A random part of 128 bits, base64url, 22 characters. */
const random = '[A-Za-z0-9_-]{22}';

const prefixed = <Name extends string>(prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${random}$`), `an id of the form ${prefix}_…`)
    .brand<Name>();

/** A site's short name, as it stands in `/cdn/js/SITE.js`. */
export const SiteId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a site name: a-z, 0-9 and -, at most 40 characters')
  .brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** A browser (or a browser window, with session-based ids) as one visitor. */
export const VisitorId = prefixed<'VisitorId'>('v');
export type VisitorId = z.infer<typeof VisitorId>;

/** One page in one browser tab; survives a reload of the tab. */
export const TabId = prefixed<'TabId'>('t');
export type TabId = z.infer<typeof TabId>;

export const CustomerId = prefixed<'CustomerId'>('cu');
export type CustomerId = z.infer<typeof CustomerId>;

export const AgentId = prefixed<'AgentId'>('a');
export type AgentId = z.infer<typeof AgentId>;

export const TokenId = prefixed<'TokenId'>('tk');
export type TokenId = z.infer<typeof TokenId>;

export const CallId = prefixed<'CallId'>('c');
export type CallId = z.infer<typeof CallId>;

/** One sharing of a visitor’s page. */
export const CobrowseId = prefixed<'CobrowseId'>('cb');
export type CobrowseId = z.infer<typeof CobrowseId>;

export const AuditId = prefixed<'AuditId'>('au');
export type AuditId = z.infer<typeof AuditId>;

/** All that one person and the site's agents write to each other. */
export const ConversationId = prefixed<'ConversationId'>('cn');
export type ConversationId = z.infer<typeof ConversationId>;

/** Made by the sender: what is sent again under the same id is the same message. */
export const MessageId = prefixed<'MessageId'>('m');
export type MessageId = z.infer<typeof MessageId>;

export const FileId = prefixed<'FileId'>('f');
export type FileId = z.infer<typeof FileId>;

export const NoteId = prefixed<'NoteId'>('n');
export type NoteId = z.infer<typeof NoteId>;

export const CannedAnswerId = prefixed<'CannedAnswerId'>('ca');
export type CannedAnswerId = z.infer<typeof CannedAnswerId>;

export const RuleId = prefixed<'RuleId'>('r');
export type RuleId = z.infer<typeof RuleId>;

export const WebhookId = prefixed<'WebhookId'>('wh');
export type WebhookId = z.infer<typeof WebhookId>;

/** One message to one webhook; the same at every try. */
export const DeliveryId = prefixed<'DeliveryId'>('dl');
export type DeliveryId = z.infer<typeof DeliveryId>;

/** Ids that the media server gives out (mediasoup's UUIDs). */
const MediaId = z.string().regex(/^[0-9a-f-]{36}$/, 'an id given by the media server');
export const TransportId = MediaId.brand<'TransportId'>();
export type TransportId = z.infer<typeof TransportId>;
export const ProducerId = MediaId.brand<'ProducerId'>();
export type ProducerId = z.infer<typeof ProducerId>;
export const ConsumerId = MediaId.brand<'ConsumerId'>();
export type ConsumerId = z.infer<typeof ConsumerId>;

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const address = { error: 'an e-mail address', abort: true };
const isSeen = (text: string): boolean => bare(text) === text;
const seen = 'an e-mail address has no invisible characters';

/** An e-mail address as people type it; compared in lower case everywhere. */
export const Email = z.string().trim().max(254).regex(ADDRESS, address).refine(isSeen, seen).overwrite(lowerCase);
const exactAddress = { error: 'an e-mail address with no blanks around it', abort: true };
/** The same with nothing around it. */
export const ExactEmail = z.string().max(254).regex(ADDRESS, exactAddress).refine(isSeen, seen).overwrite(lowerCase);

/** JSON's larger numbers are rounded when they are read: two people would have one id. */
export const NumberAsText = z
  .number()
  .refine(Number.isSafeInteger, 'a whole number of at most 9007199254740991; send a larger one as text')
  .transform(String);
/** Ids that systems keep as numbers count as their decimal text. */
export const idOrNumber = 'text, or a whole number of at most 9007199254740991: send a larger one as text';
