import type { NewRule, RuleAction, RuleCondition } from '#protocol/rules.ts';
import { words } from '../texts/settings/words.ts';

/** What a rule does, in one line. */
export function ruleLine({ conditions, actions }: Pick<NewRule, 'conditions' | 'actions'>): string {
  const when = conditions.map(conditionLine).join(', ') || words.anyTime;
  return `${when} → ${actions.map(actionLine).join(', ')}`;
}

function conditionLine(condition: RuleCondition): string {
  const name = words.conditionNames[condition.type];
  const value = ruleValue(condition);
  const line =
    value === undefined
      ? name
      : name.includes('…')
        ? name.replace('…', `${value} `).replace('  ', ' ')
        : `${name} ${value}`;
  return condition.not ? `${words.not}: ${line}` : line;
}

function actionLine(action: RuleAction): string {
  const name = words.actionNames[action.type];
  return action.type === 'greet' ? `${name}: “${action.text}”` : name;
}

/** The one value that some conditions have. */
export function ruleValue(condition: RuleCondition): string | number | undefined {
  switch (condition.type) {
    case 'secondsOnPage':
      return condition.seconds;
    case 'visits':
      return condition.count;
    case 'url':
      return condition.pattern;
    case 'javascriptEvent':
      return condition.name;
    default:
      return undefined;
  }
}
