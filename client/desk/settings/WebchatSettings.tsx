import type { ComponentChildren } from 'preact';
import type { Visibility } from '#protocol/rules.ts';
import type { SiteSettings } from '#protocol/site.ts';
import { useTyped } from '../parts/useTyped.ts';
import { words } from '../texts/settings/words.ts';
import { Outcome } from './Outcome.tsx';
import type { SectionProps } from './SectionProps.ts';
import type { SiteStore } from './SiteStore.ts';
import { WordingSettings } from './WordingSettings.tsx';

export function WebchatSettings({ site }: SectionProps) {
  const settings = site.settings.value;
  const state = site.state.value;
  const said = state === 'saved' ? words.saved : state === 'saving' ? words.saving : settings ? '' : words.loading;
  return (
    <>
      <Outcome error={site.error.value} said={said} />
      {settings && (
        <>
          <Offer site={site} settings={settings} />
          <Appearance site={site} settings={settings} />
          <Group title={words.wording}>
            <WordingSettings site={site} settings={settings} />
          </Group>
          <Routing site={site} settings={settings} />
        </>
      )}
    </>
  );
}

interface GroupProps {
  site: SiteStore;
  settings: SiteSettings;
}

function Offer({ site, settings: { chat } }: GroupProps) {
  const megabytes = chat.files.maxBytes / 1024 / 1024;
  return (
    <>
      <Group title={words.visibility}>
        {(['visible', 'hidden', 'rules'] as Visibility[]).map((visibility) => (
          <label class="choice" key={visibility}>
            <input
              type="radio"
              name="visibility"
              checked={chat.visibility === visibility}
              onChange={() => void site.save({ chat: { visibility } })}
            />
            {words.visibilities[visibility]}
          </label>
        ))}
      </Group>
      <Group title={words.files}>
        <Check
          label={words.filesEnabled}
          checked={chat.files.enabled}
          onChange={(enabled) => site.save({ chat: { files: { ...chat.files, enabled } } })}
        />
        <Amount
          label={words.maxMegabytes}
          value={Math.round(megabytes * 10) / 10}
          min={0.1}
          max={25}
          step={0.1}
          onChange={(value) =>
            value && site.save({ chat: { files: { ...chat.files, maxBytes: Math.round(value * 1024 * 1024) } } })
          }
        />
      </Group>
    </>
  );
}

function Appearance({ site, settings: { widget, language } }: GroupProps) {
  const other = !['auto', 'en', 'de'].includes(language);
  return (
    <Group title={words.appearance}>
      <label>
        {words.color}
        <input
          type="color"
          data-test="color"
          value={widget.color}
          onChange={(event) => void site.save({ widget: { color: event.currentTarget.value } })}
        />
      </label>
      <label>
        {words.position}
        <select
          data-test="position"
          value={widget.position}
          onChange={(event) => void site.save({ widget: { position: event.currentTarget.value as 'left' | 'right' } })}
        >
          <option value="right">{words.positions.right}</option>
          <option value="left">{words.positions.left}</option>
        </select>
      </label>
      <Amount
        label={words.offsetX}
        value={widget.offset.x}
        max={400}
        onChange={(x) => site.save({ widget: { offset: { ...widget.offset, x: x ?? 0 } } })}
      />
      <Amount
        label={words.offsetY}
        value={widget.offset.y}
        max={400}
        onChange={(y) => site.save({ widget: { offset: { ...widget.offset, y: y ?? 0 } } })}
      />
      <label>
        {words.language}
        <select value={language} onChange={(event) => void site.save({ language: event.currentTarget.value })}>
          {(['auto', 'en', 'de'] as const).map((one) => (
            <option key={one} value={one}>
              {words.languages[one]}
            </option>
          ))}
          {other && <option value={language}>{language}</option>}
        </select>
        <small>{words.otherLanguage}</small>
      </label>
      <Check label={words.sound} checked={widget.sound} onChange={(sound) => site.save({ widget: { sound } })} />
    </Group>
  );
}

function Routing({ site, settings: { routing, privacy, sessionIds } }: GroupProps) {
  return (
    <>
      <Group title={words.routing}>
        <Check
          label={words.automatic}
          checked={routing.automatic}
          onChange={(automatic) => site.save({ routing: { automatic } })}
        />
        <Amount
          label={words.maxChats}
          value={routing.maxChats}
          min={1}
          max={1000}
          onChange={(maxChats) => site.save({ routing: { maxChats } })}
        />
      </Group>
      <Group title={words.privacy}>
        <Check label={words.sessionIds} checked={sessionIds} onChange={(on) => site.save({ sessionIds: on })} />
        <Amount
          label={words.retention}
          value={privacy.retentionDays}
          min={1}
          max={3650}
          onChange={(retentionDays) => site.save({ privacy: { retentionDays } })}
        />
      </Group>
    </>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="group card">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange(on: boolean): unknown;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="choice">
      <input type="checkbox" checked={checked} onChange={(event) => void onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

interface AmountProps {
  label: string;
  value: number | null;
  min?: number;
  max: number;
  step?: number;
  /** Null: the field was emptied. Not called for what is out of range. */
  onChange(value: number | null): unknown;
}

function Amount({ label, value, min = 0, max, step = 1, onChange }: AmountProps) {
  const { done, ...typed } = useTyped(String(value ?? ''));
  return (
    <label>
      {label}
      <input
        type="number"
        min={min}
        max={max}
        step={step}
        {...typed}
        onChange={(event) => {
          const input = event.currentTarget;
          if (!input.reportValidity()) return;
          done();
          void onChange(input.value === '' ? null : input.valueAsNumber);
        }}
      />
    </label>
  );
}
