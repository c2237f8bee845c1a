import { z } from 'zod';
import { event, method, route } from './contract.ts';
import { RuleId } from './ids.ts';
import { Line, Text } from './text.ts';

const Negatable = { not: z.boolean().default(false) };

/** What has to hold for a rule to match (seed 001); each may be negated. They are looked at in the visitor's page. */
export const RuleCondition = z.discriminatedUnion('type', [
  /** An agent is connected and not away. */
  z.strictObject({ type: z.literal('agentOnline'), ...Negatable }),
  /** An online agent has room for one more chat. */
  z.strictObject({ type: z.literal('agentAvailable'), ...Negatable }),
  /** Agents are online, none is available. */
  z.strictObject({ type: z.literal('agentsBusy'), ...Negatable }),
  /** Now is within the site's opening hours; always, if none are set. */
  z.strictObject({ type: z.literal('openingHours'), ...Negatable }),
  /** The page has been open, in front or not, for so long: it begins to hold then, without any other change. */
  z.strictObject({ type: z.literal('secondsOnPage'), seconds: z.number().int().min(0).max(86_400), ...Negatable }),
  /** The visitor is on this page (address without query and fragment) at least for the `count`th time. */
  z.strictObject({ type: z.literal('visits'), count: z.number().int().min(1).max(1000), ...Negatable }),
  /**
   * `*` stands for any characters, none too; everything else for itself, in any case. The whole address has to fit:
   * without its query where the pattern has no `?`, and without its fragment where the pattern has no `#`. Umlauts,
   * spaces and hosts may be written as people read them or as browsers encode them.
   */
  z.strictObject({ type: z.literal('url'), pattern: z.string().trim().min(1).max(500), ...Negatable }),
  /** The visitor has sent a message during this page view. */
  z.strictObject({ type: z.literal('messageSent'), ...Negatable }),
  /** The page has dispatched a DOM event of this name on `window` or `document`. */
  z.strictObject({ type: z.literal('javascriptEvent'), name: Line(100), ...Negatable }),
]);
export type RuleCondition = z.infer<typeof RuleCondition>;

export const RuleAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('show') }),
  z.strictObject({ type: z.literal('hide') }),
  z.strictObject({ type: z.literal('open') }),
  z.strictObject({ type: z.literal('greet'), text: Text(1000) }),
  /** Asks in the chat whether to share the page; the visitor's consent is asked for as ever. */
  z.strictObject({ type: z.literal('offerCobrowse') }),
]);
export type RuleAction = z.infer<typeof RuleAction>;

/**
 * A rule matches while all its conditions hold; without conditions always. Rules may contradict each other: of the
 * matching ones the first by position, then age, decides.
 * - The chat is offered as the first matching rule with `show` or `hide` says. If none does: hidden if any rule of
 *   the site has `show` (else to show it would mean nothing), otherwise visible.
 *   This counts while the site's visibility is rules; REST's visible and hidden win over it.
 * - `open`, `greet` and `offerCobrowse` of a matching rule happen while the chat is offered, each at most once a page
 *   view. The greeting is the first `greet` of the first matching rule that has one. An offer opens the chat; it is
 *   made while an agent is online, ends with the page view, and is none where the site shares no pages, this one is
 *   shared, or the visitor has refused one in this browser session.
 * - A matching rule's JavaScript events are the names of its `javascriptEvent` conditions that are not negated.
 */
const RuleFields = z.strictObject({
  name: Line(100),
  enabled: z.boolean().default(true),
  /** Rules are looked at in this order. */
  position: z.number().int().min(0).max(10_000).default(0),
  conditions: z.array(RuleCondition).max(20),
  actions: z
    .array(RuleAction)
    .min(1)
    .max(10)
    .refine(
      (actions) => !(actions.some(({ type }) => type === 'show') && actions.some(({ type }) => type === 'hide')),
      'a rule cannot both show and hide the chat',
    ),
});
export const Rule = z.object({ id: RuleId, ...RuleFields.shape });
export type Rule = z.infer<typeof Rule>;
export type NewRule = z.infer<typeof RuleFields>;

/** REST's visible and hidden win over what rules say of showing and hiding (seed 001). */
export const Visibility = z.enum(['visible', 'hidden', 'rules']);
export type Visibility = z.infer<typeof Visibility>;

/** What a visitor's page needs to decide whether, and how, it offers the chat. */
export const SiteState = z.object({
  visibility: Visibility,
  /** The enabled ones, by position. Only `visibility` rules lets them show and hide; the rest counts in any. */
  rules: z.array(Rule.omit({ name: true, enabled: true, position: true })),
  agents: z.object({ online: z.boolean(), available: z.boolean() }),
  /** Within opening hours. */
  open: z.boolean(),
});
export type SiteState = z.infer<typeof SiteState>;

/** What a page knows when it looks at the rules. */
export interface RuleFacts {
  agents: SiteState['agents'];
  /** Within opening hours. */
  open: boolean;
  secondsOnPage: number;
  /** The present one included. */
  visits: number;
  url: string;
  messageSent: boolean;
  /** Names of the DOM events so far. */
  events: readonly string[];
}

/** What the rules come to, before `open`, `greet` and `offerCobrowse` are kept to once a page view. */
export interface RuleOutcome {
  visible: boolean;
  open: boolean;
  greet?: { ruleId: RuleId; text: string } | undefined;
  offerCobrowse: boolean;
  /** JavaScript events of the matching rules, each once, in order. */
  matched: string[];
}

export const rulesMethods = {
  'site.state': method({
    summary: 'The state of the site as of now',
    who: ['visitor'],
    input: z.object({}),
    output: SiteState,
    errors: [],
  }),
};

export const rulesEvents = {
  'site.changed': event({
    summary: 'Agents came or went, opening hours began or ended, rules or visibility were changed',
    to: ['visitor'],
    payload: z.object({ state: SiteState }),
  }),
};

const ById = z.object({ ruleId: RuleId });
const RuleSet = z.strictObject({ version: z.literal(1), rules: z.array(RuleFields).max(200) });

export const rulesRoutes = {
  getVisibility: route({
    summary: 'Whether the chat is offered',
    verb: 'GET',
    path: '/rest/v1/webchat/visibility',
    auth: 'admin',
    status: 200,
    response: z.object({ visibility: Visibility }),
    errors: [],
  }),
  putVisibility: route({
    summary: 'Show or hide the chat on every page of the site, or leave it to the action rules',
    verb: 'PUT',
    path: '/rest/v1/webchat/visibility',
    auth: 'admin',
    body: z.strictObject({ visibility: Visibility }),
    status: 200,
    response: z.object({ visibility: Visibility }),
    errors: [],
  }),
  listRules: route({
    summary: 'The action rules, by position',
    verb: 'GET',
    path: '/rest/v1/action-rules',
    auth: 'admin',
    status: 200,
    response: z.object({ items: z.array(Rule) }),
    errors: [],
  }),
  createRule: route({
    summary: 'Add an action rule',
    verb: 'POST',
    path: '/rest/v1/action-rules',
    auth: 'admin',
    body: RuleFields,
    status: 201,
    response: Rule,
    errors: ['CONFLICT'],
  }),
  getRule: route({
    summary: 'One action rule',
    verb: 'GET',
    path: '/rest/v1/action-rules/{ruleId}',
    auth: 'admin',
    params: ById,
    status: 200,
    response: Rule,
    errors: ['NOT_FOUND'],
  }),
  updateRule: route({
    summary: 'Change an action rule; fields that are left out stay as they are',
    verb: 'PATCH',
    path: '/rest/v1/action-rules/{ruleId}',
    auth: 'admin',
    params: ById,
    body: z.strictObject({
      name: RuleFields.shape.name.optional(),
      enabled: z.boolean().optional(),
      position: z.number().int().min(0).max(10_000).optional(),
      conditions: RuleFields.shape.conditions.optional(),
      actions: RuleFields.shape.actions.optional(),
    }),
    status: 200,
    response: Rule,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  deleteRule: route({
    summary: 'Remove an action rule',
    verb: 'DELETE',
    path: '/rest/v1/action-rules/{ruleId}',
    auth: 'admin',
    params: ById,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
  exportRules: route({
    summary: 'All action rules, to keep or to import elsewhere',
    verb: 'GET',
    path: '/rest/v1/action-rules/export',
    auth: 'admin',
    status: 200,
    response: RuleSet,
    errors: [],
  }),
  importRules: route({
    summary: 'Add exported action rules, or with `replace` put them in place of the present ones; all or none',
    verb: 'POST',
    path: '/rest/v1/action-rules/import',
    auth: 'admin',
    body: RuleSet.extend({ replace: z.boolean().default(false) }),
    status: 201,
    response: z.object({ items: z.array(Rule) }),
    errors: ['CONFLICT'],
  }),
};
