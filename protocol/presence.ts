import { z } from 'zod';
import { event, method, route } from './contract.ts';
import { idOrNumber, NumberAsText, VisitorId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';
import { Person } from './person.ts';

/** The page a visitor has open, as the widget reports it. */
export const PageInfo = z.object({
  url: z.string().max(2000),
  title: z.string().max(300),
  /** `active` while the tab is the one in front. */
  state: z.enum(['active', 'background']),
  /** Whether this browser can share its screen (a phone's usually cannot). */
  screen: z.boolean(),
});
export type PageInfo = z.infer<typeof PageInfo>;

/** A visitor who is on the site now; of several tabs the one in front. */
export const Present = z.object({
  visitorId: VisitorId,
  url: z.string(),
  title: z.string(),
  /** When this visit began, ISO 8601 in UTC. */
  since: z.iso.datetime(),
  state: z.enum(['active', 'background']),
  screen: z.boolean(),
  /** True while the visitor is rung or in a call. */
  busy: z.boolean(),
});
export type Present = z.infer<typeof Present>;

/** A tagged visitor who is on the site now: the tag's data and the page (seed 003). */
export const ActiveUser = Present.extend(Person.shape);
export type ActiveUser = z.infer<typeof ActiveUser>;

/** An active user, or without `visitorId` what is known of a person who is offline; empty if nobody is known. */
export const UserStatus = ActiveUser.partial();
export type UserStatus = z.infer<typeof UserStatus>;

/** An e-mail address, a tagged id (string or number) or a visitor id. */
const Query = z.union([z.string().trim().min(1).max(254), NumberAsText], idOrNumber);

export const presenceMethods = {
  'presence.page': method({
    summary: 'The visitor’s page changed: address, title, or whether it is in front',
    who: ['visitor'],
    input: PageInfo.partial(),
    output: z.object({}),
    errors: [],
  }),
  'presence.list': method({
    summary: 'All active tagged users that this agent may see',
    who: ['agent'],
    input: z.object({}),
    output: z.array(ActiveUser),
    errors: [],
  }),
  'presence.status': method({
    summary: 'One person, by email, tagged id or visitor id; without visitorId when offline',
    who: ['agent'],
    input: z.object({ query: Query }),
    output: UserStatus,
    errors: [],
  }),
  'presence.watch': method({
    summary: 'Begin or stop to receive presence.changed; the answer to begin is the list as of now',
    who: ['agent'],
    input: z.object({ on: z.boolean() }),
    output: z.array(ActiveUser),
    errors: [],
  }),
};

export const presenceEvents = {
  'presence.changed': event({
    summary: 'Users who came, changed or left since the last such event; at most ten times a second',
    to: ['agent'],
    payload: z.object({ changed: z.array(ActiveUser), gone: z.array(VisitorId) }),
  }),
};

export const presenceRoutes = {
  listActiveUsers: route({
    summary: 'Active tagged users, the last who came first; an agent’s token shows those whom this agent may see',
    verb: 'GET',
    path: '/rest/v1/active-users',
    auth: 'any',
    query: z.object(pageQuery),
    status: 200,
    response: pageOf(ActiveUser),
    errors: [],
  }),
  getActiveUser: route({
    summary: 'One active user by email, tagged id or visitor id',
    verb: 'GET',
    path: '/rest/v1/active-users/{query}',
    auth: 'any',
    params: z.object({ query: Query }),
    status: 200,
    response: ActiveUser,
    errors: ['NOT_FOUND'],
  }),
};
