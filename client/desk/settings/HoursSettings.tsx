import { useState } from 'preact/hooks';
import type { OpeningHours, Weekday } from '#protocol/openingHours.ts';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import { Outcome } from './Outcome.tsx';
import type { SectionProps } from './SectionProps.ts';
import { type Span, Spans } from './Spans.tsx';

const days: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const work: Span[] = [{ from: '09:00', to: '17:00' }];

const usual = (): OpeningHours => ({
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  week: { mon: work, tue: work, wed: work, thu: work, fri: work },
  holidays: [],
});

export function HoursSettings({ site }: SectionProps) {
  const settings = site.settings.value;
  if (!settings) return <Outcome error={site.error.value} said={words.loading} />;
  return <HoursForm site={site} kept={settings.openingHours} />;
}

/** Holds what is entered, also where it was not saved. */
function HoursForm({ site, kept }: { site: SectionProps['site']; kept: OpeningHours | null }) {
  const [hours, setHours] = useState(kept);
  const [changed, setChanged] = useState(false);
  const [zoneError, setZoneError] = useState(false);
  const put = (to: OpeningHours | null) => {
    setHours(to);
    setChanged(true);
  };
  const change = (fields: Partial<OpeningHours>) => hours && put({ ...hours, ...fields });
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const known = !hours || isZone(hours.timeZone);
    setZoneError(!known);
    if (!known) return;
    setChanged(false);
    void site.save({ openingHours: hours });
  };
  const state = site.state.value;
  return (
    <form class="hours" onSubmit={save}>
      <label class="choice">
        <input
          type="checkbox"
          checked={!hours}
          onChange={(event) => put(event.currentTarget.checked ? null : usual())}
        />
        {words.always}
      </label>
      {hours && (
        <>
          <label>
            {words.timeZone}
            <input
              list="zones"
              required
              value={hours.timeZone}
              onInput={(event) => change({ timeZone: event.currentTarget.value.trim() })}
            />
          </label>
          <datalist id="zones">
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <p class="trouble" role="alert">
            {zoneError && words.zoneUnknown}
          </p>
          <div class="group card">
            {days.map((day) => (
              <Spans
                key={day}
                title={words.days[day]}
                spans={hours.week[day] ?? []}
                onChange={(spans) => change({ week: { ...hours.week, [day]: spans.length > 0 ? spans : undefined } })}
              />
            ))}
          </div>
          <Holidays hours={hours} onChange={(holidays) => change({ holidays })} />
        </>
      )}
      <button type="submit" class="main" data-test="save-hours">
        {texts.save}
      </button>
      <Outcome error={site.error.value} said={changed || state === 'idle' ? '' : words[state]} />
    </form>
  );
}

type Holiday = OpeningHours['holidays'][number];

function Holidays({ hours, onChange }: { hours: OpeningHours; onChange(holidays: Holiday[]): void }) {
  const { holidays } = hours;
  const isTwice = ({ date }: Holiday) => date !== '' && holidays.filter((one) => one.date === date).length > 1;
  const put = (at: number, fields: Partial<Holiday>) =>
    onChange(holidays.map((one, n) => (n === at ? { ...one, ...fields } : one)));
  return (
    <fieldset class="group card">
      <legend>{words.holidays}</legend>
      {holidays.map((holiday, at) => (
        <div class="holiday" key={at}>
          <input
            type="date"
            required
            aria-label={words.date}
            ref={(field) => field?.setCustomValidity(isTwice(holiday) ? words.dateTwice : '')}
            value={holiday.date}
            onInput={(event) => put(at, { date: event.currentTarget.value })}
          />
          <input
            maxLength={100}
            aria-label={words.name}
            placeholder={words.name}
            value={holiday.name ?? ''}
            onInput={(event) => put(at, { name: event.currentTarget.value })}
          />
          <Spans
            title={words.hours}
            spans={holiday.hours ?? []}
            onChange={(spans) => put(at, { hours: spans.length > 0 ? spans : undefined })}
          />
          <button type="button" onClick={() => onChange(holidays.filter((_, n) => n !== at))}>
            {words.remove}
          </button>
        </div>
      ))}
      <button type="button" onClick={() => onChange([...holidays, { date: '' }])}>
        {words.addHoliday}
      </button>
    </fieldset>
  );
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}
