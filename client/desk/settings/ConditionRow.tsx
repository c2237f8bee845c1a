import type { RuleCondition } from '#protocol/rules.ts';
import { words } from '../texts/settings/words.ts';
import { ruleValue } from './ruleLine.ts';

export interface ConditionRowProps {
  condition: RuleCondition;
  onChange(condition: RuleCondition): void;
  onRemove(): void;
}

export function ConditionRow({ condition, onChange, onRemove }: ConditionRowProps) {
  const value = ruleValue(condition);
  return (
    <div class="rule-row" data-test="condition">
      <label class="choice">
        <input
          type="checkbox"
          checked={condition.not}
          onChange={(event) => onChange({ ...condition, not: event.currentTarget.checked })}
        />
        {words.not}
      </label>
      <select
        aria-label={words.condition}
        value={condition.type}
        onChange={(event) => onChange(withValue(event.currentTarget.value as RuleCondition['type'], condition.not))}
      >
        {Object.entries(words.conditionNames).map(([type, name]) => (
          <option key={type} value={type}>
            {name}
          </option>
        ))}
      </select>
      {typeof value === 'number' && (
        <input
          type="number"
          required
          aria-label={words.value}
          min={condition.type === 'visits' ? 1 : 0}
          max={condition.type === 'visits' ? 1000 : 86_400}
          value={value}
          onChange={(event) => onChange(withValue(condition.type, condition.not, event.currentTarget.value))}
        />
      )}
      {typeof value === 'string' && (
        <input
          class="grow"
          required
          aria-label={words.value}
          maxLength={condition.type === 'url' ? 500 : 100}
          placeholder={condition.type === 'url' ? 'https://shop.example/checkout*' : ''}
          value={value}
          onInput={(event) => onChange(withValue(condition.type, condition.not, event.currentTarget.value))}
        />
      )}
      <button type="button" onClick={onRemove}>
        {words.remove}
      </button>
    </div>
  );
}

function withValue(type: RuleCondition['type'], not: boolean, value = ''): RuleCondition {
  switch (type) {
    case 'secondsOnPage':
      return { type, not, seconds: Number(value || 10) };
    case 'visits':
      return { type, not, count: Number(value || 2) };
    case 'url':
      return { type, not, pattern: value };
    case 'javascriptEvent':
      return { type, not, name: value };
    default:
      return { type, not };
  }
}
