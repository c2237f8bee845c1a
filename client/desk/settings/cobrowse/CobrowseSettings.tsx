import { useEffect, useState } from 'preact/hooks';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import type { SiteSettings } from '#protocol/site.ts';
import { words } from '../../texts/settings/words.ts';
import { Outcome } from '../Outcome.tsx';
import type { SectionProps } from '../SectionProps.ts';
import { MaskRules, selectorsIn, wrongLines } from './MaskRules.tsx';
import { Playground } from './Playground.tsx';
import './cobrowseSettings.css';

const LISTS = ['mask', 'block', 'unmask'] as const;
type List = (typeof LISTS)[number];
/** As it stands in the fields. */
type Draft = { maskAll: boolean } & Record<List, string>;

export function CobrowseSettings({ work, site }: SectionProps) {
  const settings = site.settings.value;
  const state = site.state.value;
  const said = state === 'saved' ? words.saved : state === 'saving' ? words.saving : settings ? '' : words.loading;
  const enabled = settings?.cobrowse.enabled;
  useEffect(() => {
    // The desk's own page knows the settings of when it was opened.
    if (enabled !== undefined) work.cobrowse.enabled.value = enabled;
  }, [enabled]);
  return (
    <>
      <Outcome error={site.error.value} said={said} />
      {settings && (
        <>
          <Offer site={site} settings={settings} />
          <Rules site={site} settings={settings} />
        </>
      )}
    </>
  );
}

type PartProps = Pick<SectionProps, 'site'> & { settings: SiteSettings };

function Offer({ site, settings: { cobrowse } }: PartProps) {
  const { cobrowse: texts } = words;
  return (
    <fieldset class="group card">
      <legend>{texts.offer}</legend>
      {(['enabled', 'control'] as const).map((name) => (
        <label class="choice" key={name}>
          <input
            type="checkbox"
            data-test={`cobrowse-${name}`}
            checked={cobrowse[name]}
            disabled={name === 'control' && !cobrowse.enabled}
            onChange={(event) => void site.save({ cobrowse: { [name]: event.currentTarget.checked } })}
          />
          {texts[name]}
        </label>
      ))}
      <small>{texts.consent}</small>
    </fieldset>
  );
}

function Rules({ site, settings: { cobrowse } }: PartProps) {
  const { cobrowse: texts } = words;
  const [draft, setDraft] = useState<Draft>(() => draftOf(cobrowse.privacy));
  const [page, setPage] = useState<Document>();
  const [, counted] = useState(0);
  const rules = rulesOf(draft);
  const wrong = LISTS.some((list) => wrongLines(draft[list]).length > 0);
  const changed = JSON.stringify(rules) !== JSON.stringify(cobrowse.privacy);
  return (
    <>
      <form
        class="group card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong && changed) void site.save({ cobrowse: { privacy: rules } });
        }}
      >
        <h3>{texts.rules}</h3>
        <small>{texts.rulesHelp}</small>
        <label class="choice">
          <input
            type="checkbox"
            data-test="mask-all"
            checked={draft.maskAll}
            onChange={(event) => setDraft({ ...draft, maskAll: event.currentTarget.checked })}
          />
          {texts.maskAll}
        </label>
        {LISTS.map((list) => (
          <MaskRules
            key={list}
            name={list}
            label={texts.lists[list][0]}
            help={texts.lists[list][1]}
            text={draft[list]}
            page={page}
            onText={(text) => setDraft({ ...draft, [list]: text })}
          />
        ))}
        <p class={`rules-state ${wrong ? 'warn' : 'soft'}`} role="status" data-test="rules-state">
          {wrong ? texts.wrong : changed ? texts.unsaved : ''}
        </p>
        <div class="buttons">
          <button type="submit" class="main" data-test="save-rules" disabled={wrong || !changed}>
            {texts.saveRules}
          </button>
          <button type="button" disabled={!changed && !wrong} onClick={() => setDraft(draftOf(cobrowse.privacy))}>
            {texts.discard}
          </button>
        </div>
      </form>
      <Playground
        rules={rules}
        onPage={(filled) => {
          setPage(filled);
          counted((times) => times + 1);
        }}
      />
    </>
  );
}

const draftOf = ({ maskAll, ...lists }: CobrowsePrivacy): Draft => ({
  maskAll,
  mask: lists.mask.join('\n'),
  unmask: lists.unmask.join('\n'),
  block: lists.block.join('\n'),
});

const rulesOf = ({ maskAll, mask, unmask, block }: Draft): CobrowsePrivacy => ({
  maskAll,
  mask: selectorsIn(mask),
  unmask: selectorsIn(unmask),
  block: selectorsIn(block),
});
