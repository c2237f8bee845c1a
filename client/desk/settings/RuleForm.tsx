import { useState } from 'preact/hooks';
import type { NewRule, Rule, RuleAction, RuleCondition } from '#protocol/rules.ts';
import { useFirstFocus } from '../parts/useFirstFocus.ts';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import { ConditionRow } from './ConditionRow.tsx';
import { FormButtons } from './FormButtons.tsx';

export interface RuleFormProps {
  rule: Rule | NewRule;
  /** It is being saved. */
  busy: boolean;
  onSave(rule: Rule | NewRule): Promise<void>;
  onCancel(): void;
}

/** A rule with its rows of conditions and actions. */
export function RuleForm({ rule, busy, onSave, onCancel }: RuleFormProps) {
  const [now, setNow] = useState(rule);
  const root = useFirstFocus<HTMLFormElement>();
  const { conditions, actions } = now;
  const setConditions = (to: RuleCondition[]) => setNow({ ...now, conditions: to });
  const setActions = (to: RuleAction[]) => setNow({ ...now, actions: to });
  return (
    <form
      ref={root}
      class="card form rule"
      data-test="rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(now);
      }}
    >
      <label>
        {words.name}
        <input
          required
          maxLength={100}
          value={now.name}
          onInput={(event) => setNow({ ...now, name: event.currentTarget.value })}
        />
      </label>
      <fieldset class="plain">
        <legend>{words.conditions}</legend>
        {conditions.length === 0 && <p class="soft">{words.anyTime}</p>}
        {conditions.map((condition, at) => (
          <ConditionRow
            key={at}
            condition={condition}
            onChange={(to) => setConditions(conditions.map((one, n) => (n === at ? to : one)))}
            onRemove={() => setConditions(conditions.filter((_, n) => n !== at))}
          />
        ))}
        <button
          type="button"
          class="link"
          onClick={() => setConditions([...conditions, { type: 'agentAvailable', not: false }])}
        >
          {words.addCondition}
        </button>
      </fieldset>
      <fieldset class="plain">
        <legend>{words.actions}</legend>
        {actions.map((action, at) => (
          <ActionRow
            key={at}
            action={action}
            wrong={action.type === 'hide' && actions.some(({ type }) => type === 'show') ? words.showAndHide : ''}
            alone={actions.length === 1}
            onChange={(to) => setActions(actions.map((one, n) => (n === at ? to : one)))}
            onRemove={() => setActions(actions.filter((_, n) => n !== at))}
          />
        ))}
        <button type="button" class="link" onClick={() => setActions([...actions, { type: 'open' }])}>
          {words.addAction}
        </button>
      </fieldset>
      <FormButtons submit={texts.save} busy={busy} onCancel={onCancel} />
    </form>
  );
}

interface ActionRowProps {
  action: RuleAction;
  /** What speaks against it beside the others. */
  wrong: string;
  alone: boolean;
  onChange(action: RuleAction): void;
  onRemove(): void;
}

function ActionRow({ action, wrong, alone, onChange, onRemove }: ActionRowProps) {
  const choose = (type: RuleAction['type']) => onChange(type === 'greet' ? { type, text: '' } : { type });
  return (
    <div class="rule-row">
      <select
        aria-label={words.action}
        value={action.type}
        ref={(field) => field?.setCustomValidity(wrong)}
        onChange={(event) => choose(event.currentTarget.value as RuleAction['type'])}
      >
        {Object.entries(words.actionNames).map(([type, name]) => (
          <option key={type} value={type}>
            {name}
          </option>
        ))}
      </select>
      {action.type === 'greet' && (
        <input
          class="grow"
          required
          maxLength={1000}
          aria-label={words.greeting}
          placeholder={words.greeting}
          value={action.text}
          onInput={(event) => onChange({ type: 'greet', text: event.currentTarget.value })}
        />
      )}
      {!alone && (
        <button type="button" onClick={onRemove}>
          {words.remove}
        </button>
      )}
    </div>
  );
}
