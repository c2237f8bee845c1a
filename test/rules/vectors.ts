import type { RuleId } from '#protocol/ids.ts';
import type { RuleAction, RuleCondition, RuleFacts, RuleOutcome, SiteState } from '#protocol/rules.ts';

/** What the rules mean, as data: whoever evaluates them has to come to these outcomes. */
export interface RuleVector {
  name: string;
  visibility: SiteState['visibility'];
  rules: SiteState['rules'];
  facts: RuleFacts;
  expected: RuleOutcome;
}

/** As short as a test likes to write them. */
type Condition = {
  [T in RuleCondition['type']]: Omit<Extract<RuleCondition, { type: T }>, 'not'>;
}[RuleCondition['type']];

interface ShortVector {
  name: string;
  visibility?: SiteState['visibility'];
  /** `[conditions, actions]`; a condition after `not` is negated. */
  rules: [when: (Condition | { not: Condition })[], then: RuleAction[]][];
  facts?: Partial<RuleFacts>;
  expected?: Partial<Omit<RuleOutcome, 'greet'>> & { greet?: [rule: number, text: string] };
}

/** Ids by place: `ruleIdAt(0)` is the first rule's. */
export const ruleIdAt = (index: number) => `r_${String(index).padStart(22, '0')}` as RuleId;

const facts: RuleFacts = {
  agents: { online: false, available: false },
  open: true,
  secondsOnPage: 0,
  visits: 1,
  url: 'https://shop.example/cart?item=7#top',
  messageSent: false,
  events: [],
};

const show: RuleAction = { type: 'show' };
const hide: RuleAction = { type: 'hide' };
const openChat: RuleAction = { type: 'open' };
const offer: RuleAction = { type: 'offerCobrowse' };
const greet = (text: string): RuleAction => ({ type: 'greet', text });
const url = (pattern: string): Condition => ({ type: 'url', pattern });
const event = (name: string): Condition => ({ type: 'javascriptEvent', name });
const online: Condition = { type: 'agentOnline' };
const available: Condition = { type: 'agentAvailable' };
const busy: Condition = { type: 'agentsBusy' };
const hours: Condition = { type: 'openingHours' };
const sent: Condition = { type: 'messageSent' };

const everybody = { online: true, available: true };
const allBusy = { online: true, available: false };

/** A condition alone in a rule that shows: visible says whether it held. */
const holds = (name: string, condition: Condition, given: Partial<RuleFacts>, visible: boolean): ShortVector[] => [
  { name, rules: [[[condition], [show]]], facts: given, expected: { visible } },
  { name: `not: ${name}`, rules: [[[{ not: condition }], [show]]], facts: given, expected: { visible: !visible } },
];

const matches = (pattern: string, address: string, visible: boolean) =>
  holds(`${pattern} and ${address}`, url(pattern), { url: address }, visible);

const short: ShortVector[] = [
  // What decides when nothing else does.
  { name: 'no rules', rules: [], expected: { visible: true } },
  { name: 'a hiding rule that does not match', rules: [[[online], [hide]]], expected: { visible: true } },
  { name: 'a showing rule that does not match', rules: [[[online], [show]]], expected: { visible: false } },
  { name: 'only greeting', rules: [[[], [greet('Hi')]]], expected: { visible: true, greet: [0, 'Hi'] } },
  { name: 'visible wins over the rules', visibility: 'visible', rules: [], expected: { visible: true } },
  { name: 'hidden wins over the rules', visibility: 'hidden', rules: [], expected: { visible: false } },
  {
    name: 'a visible chat’s rules open, greet and offer, and cannot hide it',
    visibility: 'visible',
    rules: [[[event('a')], [{ type: 'hide' }, openChat, greet('Hi'), offer]]],
    facts: { events: ['a'], agents: everybody },
    expected: { visible: true, open: true, greet: [0, 'Hi'], offerCobrowse: true, matched: ['a'] },
  },
  {
    name: 'rules that do not match do not hide a visible chat',
    visibility: 'visible',
    rules: [[[online], [show]]],
    expected: { visible: true },
  },
  {
    name: 'a hidden chat’s rules match, and nothing else',
    visibility: 'hidden',
    rules: [[[event('a')], [show, openChat, greet('Hi'), offer]]],
    facts: { events: ['a'] },
    expected: { visible: false, matched: ['a'] },
  },
  { name: 'without conditions always', rules: [[[], [hide]]], expected: { visible: false } },

  // Each condition.
  ...holds('nobody online', online, {}, false),
  ...holds('somebody online', online, { agents: allBusy }, true),
  ...holds('nobody available', available, { agents: allBusy }, false),
  ...holds('somebody available', available, { agents: everybody }, true),
  ...holds('nobody online is not busy', busy, {}, false),
  ...holds('all are busy', busy, { agents: allBusy }, true),
  ...holds('somebody has room', busy, { agents: everybody }, false),
  ...holds('opening hours', hours, { open: true }, true),
  ...holds('after hours', hours, { open: false }, false),
  ...holds('0 seconds at once', { type: 'secondsOnPage', seconds: 0 }, { secondsOnPage: 0 }, true),
  ...holds('a moment too early', { type: 'secondsOnPage', seconds: 30 }, { secondsOnPage: 29.99 }, false),
  ...holds('30 seconds', { type: 'secondsOnPage', seconds: 30 }, { secondsOnPage: 30 }, true),
  ...holds('first visit of two', { type: 'visits', count: 2 }, { visits: 1 }, false),
  ...holds('second visit', { type: 'visits', count: 2 }, { visits: 2 }, true),
  ...holds('third visit is at least the second', { type: 'visits', count: 2 }, { visits: 3 }, true),
  ...holds('nothing sent', sent, {}, false),
  ...holds('a message sent', sent, { messageSent: true }, true),
  ...holds('another event', event('cart:full'), { events: ['cart'] }, false),
  {
    name: 'this event',
    rules: [[[event('cart:full')], [show]]],
    facts: { events: ['x', 'cart:full'] },
    expected: { visible: true, matched: ['cart:full'] },
  },
  {
    name: 'not: this event',
    rules: [[[{ not: event('cart:full') }], [show]]],
    facts: { events: ['x', 'cart:full'] },
    expected: { visible: false },
  },

  // Addresses.
  ...matches('https://shop.example/cart', 'https://shop.example/cart', true),
  ...matches('https://shop.example/cart', 'https://shop.example/cart?item=7', true),
  ...matches('https://shop.example/cart', 'https://shop.example/cart#top', true),
  ...matches('https://shop.example/cart', 'https://shop.example/cart/pay', false),
  ...matches('https://shop.example/cart*', 'https://shop.example/cart/pay', true),
  ...matches('*/cart', 'https://shop.example/cart', true),
  ...matches('*/cart', 'https://shop.example/my-cart', false),
  ...matches('*cart*', 'https://shop.example/', false),
  ...matches('*cart*', 'https://shop.example/?page=cart', false),
  ...matches('*?*page=cart*', 'https://shop.example/?a=1&page=cart', true),
  ...matches('*/cart?item=7', 'https://shop.example/cart?item=7#top', true),
  ...matches('*/cart?item=7', 'https://shop.example/cart?item=77', false),
  ...matches('*#top', 'https://shop.example/cart#top', true),
  ...matches('*/cart#top', 'https://shop.example/cart?item=7#top', true),
  ...matches('HTTPS://Shop.Example/CART', 'https://shop.example/cart', true),
  ...matches('*/a.b', 'https://shop.example/aXb', false),
  ...matches('*/(a|b)+', 'https://shop.example/a', false),
  ...matches('*/(a|b)+', 'https://shop.example/(a|b)+', true),
  ...matches('*/größe*', 'https://shop.example/gr%C3%B6%C3%9Fe?m=1', true),
  ...matches('*/GRÖßE', 'https://shop.example/gr%C3%B6%C3%9Fe', true),
  ...matches('*/gro\u0308ße', 'https://shop.example/gr%c3%b6%C3%9Fe', true),
  ...matches('*/gr%C3%B6%C3%9Fe', 'https://shop.example/gr%c3%b6%c3%9fe', true),
  ...matches('*/gr%C3*', 'https://shop.example/gr%C3%B6%C3%9Fe', true),
  ...matches('*/größe', 'https://shop.example/gr%C3%B6sse', false),
  ...matches('*/a b*', 'https://shop.example/a%20b/c', true),
  ...matches('*?q=a b', 'https://shop.example/?q=a%20b', true),
  ...matches('*/100%', 'https://shop.example/100%', true),
  ...matches('*/%FF*', 'https://shop.example/%ff%fe', true),
  ...matches('*/a?b', 'https://shop.example/a%3Fb', false),
  ...matches('*/a%2Ab', 'https://shop.example/axb', false),
  ...matches('https://müller.de/*', 'https://xn--mller-kva.de/cart', true),
  ...matches('https://xn--mller-kva.de/*', 'https://xn--mller-kva.de/cart', true),
  ...matches('*müll*', 'https://www.xn--mller-kva.de/', true),
  ...matches('https://xn--mll*', 'https://xn--mller-kva.de/', true),
  ...matches('https://müller.de:8443/größe', 'https://xn--mller-kva.de:8443/gr%C3%B6%C3%9Fe', true),
  ...matches('https://例え.テスト/*', 'https://xn--r8jz45g.xn--zckzah/', true),
  ...matches('https://mueller.de/*', 'https://xn--mller-kva.de/', false),
  ...matches('*#a#b', 'https://shop.example/#a#b', true),
  ...matches('*#a', 'https://shop.example/#a#b', false),
  ...matches('*#/größe?s=1', 'https://shop.example/?x=2#/gr%C3%B6%C3%9Fe?s=1', true),
  ...matches('*#/größe', 'https://shop.example/#/gr%C3%B6%C3%9Fe', true),
  ...matches('*', 'https://shop.example/', true),
  ...matches('/cart', 'https://shop.example/cart', false),
  ...matches(`${'*a'.repeat(200)}b`, `https://shop.example/${'a'.repeat(1500)}`, false),

  // Several conditions, several rules.
  {
    name: 'all conditions must hold: one does not',
    rules: [[[online, hours], [show]]],
    facts: { agents: everybody, open: false },
    expected: { visible: false },
  },
  {
    name: 'all conditions must hold: they do',
    rules: [[[online, { not: hours }], [show]]],
    facts: { agents: everybody, open: false },
    expected: { visible: true },
  },
  { name: 'a condition and its negation', rules: [[[hours, { not: hours }], [hide]]], expected: { visible: true } },
  {
    name: 'show before hide',
    rules: [
      [[], [show]],
      [[], [hide]],
    ],
    expected: { visible: true },
  },
  {
    name: 'hide before show',
    rules: [
      [[], [hide]],
      [[], [show]],
    ],
    expected: { visible: false },
  },
  {
    name: 'a rule that does not match decides nothing',
    rules: [
      [[online], [hide]],
      [[], [show]],
    ],
    expected: { visible: true },
  },
  { name: 'opens', rules: [[[], [openChat]]], expected: { visible: true, open: true } },
  {
    name: 'offers co-browsing, once for several rules',
    rules: [
      [[], [offer]],
      [[online], [offer]],
    ],
    facts: { agents: everybody },
    expected: { visible: true, offerCobrowse: true },
  },
  {
    name: 'a rule that does not match offers nothing',
    rules: [[[available], [offer]]],
    facts: { agents: allBusy },
    expected: { visible: true, offerCobrowse: false },
  },
  { name: 'nobody there, no offer', rules: [[[], [offer]]], expected: { visible: true, offerCobrowse: false } },
  {
    name: 'offers while all are busy',
    rules: [[[], [offer]]],
    facts: { agents: allBusy },
    expected: { visible: true, offerCobrowse: true },
  },
  {
    name: 'what is hidden neither opens nor greets',
    rules: [
      [[], [openChat, greet('Hi'), offer]],
      [[], [hide]],
    ],
    facts: { agents: everybody },
    expected: { visible: false, open: false, offerCobrowse: false },
  },
  {
    name: 'the first greeting of the first matching rule',
    rules: [
      [[online], [greet('None')]],
      [[], [greet('One'), greet('Two')]],
      [[], [greet('Three')]],
    ],
    expected: { visible: true, greet: [1, 'One'] },
  },
  {
    name: 'shows, opens and greets in one',
    rules: [[[event('help')], [show, openChat, greet('How can we help?')]]],
    facts: { events: ['help'] },
    expected: { visible: true, open: true, greet: [0, 'How can we help?'], matched: ['help'] },
  },

  // JavaScript events of matching rules.
  {
    name: 'names of matching rules, each once, in order',
    rules: [
      [[event('b')], [show]],
      [[event('a'), event('b')], [openChat]],
      [[event('c')], [hide]],
    ],
    facts: { events: ['a', 'b'] },
    expected: { visible: true, open: true, matched: ['b', 'a'] },
  },
  { name: 'a negated event is not named', rules: [[[{ not: event('a') }], [show]]], expected: { visible: true } },
  {
    name: 'a hidden chat’s rules have matched all the same',
    rules: [[[event('a')], [hide]]],
    facts: { events: ['a'] },
    expected: { visible: false, matched: ['a'] },
  },
];

const condition = (given: Condition | { not: Condition }): RuleCondition =>
  'type' in given ? { ...given, not: false } : { ...given.not, not: true };

export const ruleVectors: readonly RuleVector[] = short.map((vector) => {
  const { greet: greeting, ...expected } = vector.expected ?? {};
  return {
    name: vector.name,
    visibility: vector.visibility ?? 'rules',
    rules: vector.rules.map(([when, actions], index) => ({
      id: ruleIdAt(index),
      conditions: when.map(condition),
      actions,
    })),
    facts: { ...facts, ...vector.facts },
    expected: {
      visible: true,
      open: false,
      greet: greeting && { ruleId: ruleIdAt(greeting[0]), text: greeting[1] },
      offerCobrowse: false,
      matched: [],
      ...expected,
    },
  };
});
