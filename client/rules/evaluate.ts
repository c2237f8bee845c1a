import type { RuleCondition, RuleFacts, RuleOutcome, SiteState } from '#protocol/rules.ts';
import { urlFits } from './urlFits.ts';

type ActiveRule = SiteState['rules'][number];
type Action<T> = Extract<ActiveRule['actions'][number], { type: T }>;

/** What the site's rules come to, given what the page knows (protocol/rules.ts). */
export function evaluate(
  { visibility, rules }: Pick<SiteState, 'visibility' | 'rules'>,
  facts: RuleFacts,
): RuleOutcome {
  const matching = rules.filter(({ conditions }) => conditions.every((one) => holds(one, facts) !== one.not));
  const decisive = matching.find((rule) => actionOf(rule, 'show') || actionOf(rule, 'hide'));
  const byRules = decisive
    ? actionOf(decisive, 'show') !== undefined
    : !rules.some((rule) => actionOf(rule, 'show') !== undefined);
  const visible = visibility === 'rules' ? byRules : visibility === 'visible';
  const greeter = matching.find((rule) => actionOf(rule, 'greet'));
  const does = (type: 'open' | 'offerCobrowse') => visible && matching.some((rule) => actionOf(rule, type));
  const text = greeter && actionOf(greeter, 'greet')?.text;
  return {
    visible,
    open: does('open'),
    greet: visible && greeter && text !== undefined ? { ruleId: greeter.id, text } : undefined,
    offerCobrowse: facts.agents.online && does('offerCobrowse'),
    matched: [...new Set(matching.flatMap(eventsOf))],
  };
}

const actionOf = <T extends ActiveRule['actions'][number]['type']>({ actions }: ActiveRule, type: T) =>
  actions.find((action): action is Action<T> => action.type === type);

const eventsOf = ({ conditions }: ActiveRule): string[] =>
  conditions.flatMap((condition) => (condition.type === 'javascriptEvent' && !condition.not ? [condition.name] : []));

function holds(condition: RuleCondition, { agents, ...facts }: RuleFacts): boolean {
  switch (condition.type) {
    case 'agentOnline':
      return agents.online;
    case 'agentAvailable':
      return agents.available;
    case 'agentsBusy':
      return agents.online && !agents.available;
    case 'openingHours':
      return facts.open;
    case 'secondsOnPage':
      return facts.secondsOnPage >= condition.seconds;
    case 'visits':
      return facts.visits >= condition.count;
    case 'url':
      return urlFits(condition.pattern, facts.url);
    case 'messageSent':
      return facts.messageSent;
    case 'javascriptEvent':
      return facts.events.includes(condition.name);
    default:
      // A newer server's: what is not understood does not hold, negated or not.
      return (condition as { not: boolean }).not;
  }
}
