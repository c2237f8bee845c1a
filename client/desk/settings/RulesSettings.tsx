import { useMemo, useRef, useState } from 'preact/hooks';
import type { NewRule, Rule } from '#protocol/rules.ts';
import { download } from '../parts/download.ts';
import { Icon } from '../parts/Icon.tsx';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import { DeleteButton } from './DeleteButton.tsx';
import { ListStore } from './ListStore.ts';
import { Outcome } from './Outcome.tsx';
import { RuleForm } from './RuleForm.tsx';
import { ruleLine } from './ruleLine.ts';
import type { SectionProps } from './SectionProps.ts';

const empty: NewRule = { name: '', enabled: true, position: 0, conditions: [], actions: [{ type: 'show' }] };

export function RulesSettings({ work, site }: SectionProps) {
  const list = useMemo(() => new ListStore<Rule>(work.cv, 'action-rules'), [work]);
  const [editing, setEditing] = useState<Rule | NewRule>();
  const items = list.items.value ?? [];
  const visibility = site.settings.value?.chat.visibility ?? 'rules';
  const offersNothing =
    site.settings.value?.cobrowse.enabled === false &&
    items.some(({ actions }) => actions.some(({ type }) => type === 'offerCobrowse'));
  const save = async (rule: NewRule | Rule) => {
    const { id, ...fields } = rule as Rule;
    const position = id ? fields.position : Math.max(-1, ...items.map((one) => one.position)) + 1;
    const saved = id ? await list.run('PATCH', `/${id}`, fields) : await list.run('POST', '', { ...fields, position });
    if (saved) setEditing(undefined);
  };
  /** Positions may be equal or have gaps: the whole order is written anew. */
  const move = async (from: number, to: number) => {
    const order = [...items];
    order.splice(to, 0, ...order.splice(from, 1));
    for (const [position, rule] of order.entries()) {
      if (rule.position !== position) await list.run('PATCH', `/${rule.id}`, { position });
    }
  };
  return (
    <>
      <p class="soft">{words.rulesHelp}</p>
      {visibility !== 'rules' && <p class="warn">{words.rulesRest[visibility]}</p>}
      {offersNothing && <p class="warn">{words.offersNothing}</p>}
      <Outcome error={list.error.value} said={list.items.value ? '' : words.loading} />
      {editing ? (
        <RuleForm
          key={'id' in editing ? editing.id : ''}
          rule={editing}
          busy={list.busy.value}
          onSave={save}
          onCancel={() => setEditing(undefined)}
        />
      ) : (
        <div class="buttons">
          <button type="button" class="new" data-test="new-rule" onClick={() => setEditing(empty)}>
            {words.newRule}
          </button>
          <ExportImport list={list} work={work} />
        </div>
      )}
      {list.items.value?.length === 0 && !editing && <p class="soft">{words.noRules}</p>}
      <ol class="items">
        {items.map((rule, at) => (
          <li class="item card" key={rule.id} data-test="rule">
            <span class="grow">
              <b>{rule.name}</b>
              <small class="soft">{ruleLine(rule)}</small>
            </span>
            <label class="choice">
              <input
                type="checkbox"
                checked={rule.enabled}
                onChange={(event) => void list.run('PATCH', `/${rule.id}`, { enabled: event.currentTarget.checked })}
              />
              {words.enabled}
            </label>
            <Step icon="up" label={`${words.up}: ${rule.name}`} off={at === 0} onStep={() => void move(at, at - 1)} />
            <Step
              icon="down"
              label={`${words.down}: ${rule.name}`}
              off={at === items.length - 1}
              onStep={() => void move(at, at + 1)}
            />
            <button type="button" aria-label={`${texts.edit} ${rule.name}`} onClick={() => setEditing(rule)}>
              {texts.edit}
            </button>
            <DeleteButton what={rule.name} onDelete={() => void list.run('DELETE', `/${rule.id}`)} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Step({ icon, label, off, onStep }: { icon: 'up' | 'down'; label: string; off: boolean; onStep(): void }) {
  return (
    <button type="button" class="bare" disabled={off} aria-label={label} title={label} onClick={onStep}>
      <Icon name={icon} />
    </button>
  );
}

function ExportImport({ list, work }: { list: ListStore<Rule>; work: SectionProps['work'] }) {
  const picker = useRef<HTMLInputElement>(null);
  const replace = useRef(false);
  const [problem, setProblem] = useState('');
  const exportAll = async () => {
    const rules = await list.run('GET', '/export');
    if (rules) download(`coview-rules-${work.site}.json`, rules);
  };
  const pick = (all: boolean) => {
    replace.current = all;
    picker.current?.click();
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    setProblem('');
    const set = await file
      .text()
      .then(JSON.parse)
      .catch(() => undefined);
    if (!Array.isArray(set?.rules)) return setProblem(words.notRules);
    await list.run('POST', '/import', { version: set.version, rules: set.rules, replace: replace.current });
  };
  return (
    <>
      <button type="button" data-test="export-rules" onClick={() => void exportAll()}>
        {words.exportRules}
      </button>
      <button type="button" data-test="import-rules" onClick={() => pick(false)}>
        {words.importRules}
      </button>
      <button type="button" onClick={() => pick(true)}>
        {words.importReplace}
      </button>
      <input
        ref={picker}
        type="file"
        accept="application/json,.json"
        hidden
        data-test="rules-file"
        onChange={(event) => {
          void read(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <p class="trouble" role="alert">
        {problem}
      </p>
    </>
  );
}
