import { describe, expect, test } from 'vitest';
import { OpeningHours, type Weekday } from '#protocol/openingHours.ts';
import { isOpen, nextChange } from '#signaling/rules/openingTimes.ts';

const span = (text: string) => {
  const [from = '', to = ''] = text.split('-');
  return { from, to };
};

/** `spans`: `09:00-17:00 18:00-20:00`, by weekday. */
const hours = (timeZone: string, spans: Partial<Record<Weekday, string>>, holidays: Record<string, string> = {}) =>
  OpeningHours.parse({
    timeZone,
    week: Object.fromEntries(Object.entries(spans).map(([day, text]) => [day, text.split(' ').map(span)])),
    holidays: Object.entries(holidays).map(([date, text]) =>
      text === '' ? { date } : { date, hours: text.split(' ').map(span) },
    ),
  });

const everyDay = (text: string): Partial<Record<Weekday, string>> => ({
  mon: text,
  tue: text,
  wed: text,
  thu: text,
  fri: text,
  sat: text,
  sun: text,
});

const { sat: _sat, sun: _sun, ...workdays } = everyDay('09:00-12:30 13:30-18:00');
const office = hours('Europe/Berlin', workdays, { '2026-12-24': '09:00-12:00', '2026-12-25': '' });
const at = Date.parse;

describe('[RULE-10] opening hours', () => {
  test.each([
    // A Wednesday in winter, UTC+1.
    ['a minute before', '2026-01-14T07:59:59.999Z', false],
    ['at nine', '2026-01-14T08:00:00Z', true],
    ['before the break', '2026-01-14T11:29:59Z', true],
    ['in the break', '2026-01-14T11:30:00Z', false],
    ['after the break', '2026-01-14T12:30:00Z', true],
    ['the last moment', '2026-01-14T16:59:59.999Z', true],
    ['at six', '2026-01-14T17:00:00Z', false],
    ['the same in summer, UTC+2', '2026-07-15T07:00:00Z', true],
    ['summer’s evening', '2026-07-15T16:00:00Z', false],
    ['a Saturday', '2026-01-17T10:00:00Z', false],
    ['a holiday with hours, morning', '2026-12-24T10:59:00Z', true],
    ['a holiday with hours, afternoon', '2026-12-24T11:00:00Z', false],
    ['a holiday without hours', '2026-12-25T10:00:00Z', false],
    ['the holiday’s date a year later', '2027-12-24T13:00:00Z', true],
  ])('%s', (_, instant, open) => {
    expect(isOpen(office, at(instant))).toBe(open);
  });

  test('none set is always open and never changes', () => {
    expect(isOpen(null, 0)).toBe(true);
    expect(nextChange(null, 0)).toBeUndefined();
  });

  test.each([
    ['evening', '2026-01-14T23:59:59.999Z', true],
    ['midnight', '2026-01-15T00:00:00Z', true],
    ['morning', '2026-01-15T02:00:00Z', false],
  ])('over midnight in two parts: %s', (_, instant, open) => {
    expect(isOpen(hours('UTC', { wed: '18:00-24:00', thu: '00:00-02:00' }), at(instant))).toBe(open);
  });

  test.each([
    ['the day is the zone’s', 'Pacific/Auckland', 'sun', '2026-01-03T23:00:00Z', true],
    ['and not UTC’s', 'Pacific/Auckland', 'sat', '2026-01-03T23:00:00Z', false],
    ['west of it', 'America/Los_Angeles', 'sat', '2026-01-04T02:00:00Z', true],
    ['a quarter of an hour', 'Asia/Kathmandu', 'sun', '2026-01-03T18:15:00Z', true],
    ['a quarter of an hour before', 'Asia/Kathmandu', 'sun', '2026-01-03T18:14:59Z', false],
  ] as const)('%s', (_, zone, day, instant, open) => {
    expect(isOpen(hours(zone, { [day]: '00:00-24:00' }), at(instant))).toBe(open);
  });

  test('parts that overlap or touch are one', () => {
    const both = hours('UTC', { wed: '09:00-12:00 11:00-13:00 13:00-14:00' });
    expect(nextChange(both, at('2026-01-14T09:30:00Z'))).toBe(at('2026-01-14T14:00:00Z'));
  });
});

describe('[RULE-11] when that changes next', () => {
  test.each([
    ['opens in the morning', '2026-01-14T03:00:00Z', '2026-01-14T08:00:00Z'],
    ['closes for the break', '2026-01-14T08:00:00Z', '2026-01-14T11:30:00Z'],
    ['opens after it', '2026-01-14T11:30:00Z', '2026-01-14T12:30:00Z'],
    ['a moment before it closes', '2026-01-14T16:59:59.999Z', '2026-01-14T17:00:00Z'],
    ['over the week-end', '2026-01-16T17:00:00Z', '2026-01-19T08:00:00Z'],
    ['over the week-end of the change to summer time', '2026-03-27T17:00:00Z', '2026-03-30T07:00:00Z'],
    ['over the week-end of the change to winter time', '2026-10-23T16:00:00Z', '2026-10-26T08:00:00Z'],
    ['a holiday closes early', '2026-12-24T09:00:00Z', '2026-12-24T11:00:00Z'],
    ['over holidays', '2026-12-24T11:00:00Z', '2026-12-28T08:00:00Z'],
  ])('%s', (_, now, next) => {
    expect(nextChange(office, at(now))).toBe(at(next));
  });

  test.each([
    ['always open', everyDay('00:00-24:00')],
    ['never open', {}],
  ])('%s: not at all', (_, week) => {
    expect(nextChange(hours('Europe/Berlin', week), at('2026-03-28T12:00:00Z'))).toBeUndefined();
  });

  // Berlin, 2026-03-29: 02:00 is followed by 03:00, at 01:00 UTC.
  test.each([
    ['begins in the hour that is missing', '02:30-06:00', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'],
    ['ends in it', '01:00-02:30', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z'],
    ['lies within it: not that day', '02:10-02:50', '2026-03-29T00:00:00Z', '2026-03-30T00:10:00Z'],
    ['begins when it is over', '03:00-06:00', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'],
    ['begins before it', '01:30-06:00', '2026-03-29T00:00:00Z', '2026-03-29T00:30:00Z'],
  ])('summer time, hours that %s', (_, spans, now, next) => {
    expect(nextChange(hours('Europe/Berlin', everyDay(spans)), at(now))).toBe(at(next));
  });

  // Berlin, 2026-10-25: 03:00 is followed by 02:00, at 01:00 UTC; what the clocks show twice counts twice.
  test.each([
    ['begin in the repeated hour', '02:30-06:00', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00Z'],
    ['and stop while it is shown again', '02:30-06:00', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z'],
    ['and begin again', '02:30-06:00', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00Z'],
    ['end in it', '01:00-02:30', '2026-10-24T23:30:00Z', '2026-10-25T00:30:00Z'],
    ['and come back', '01:00-02:30', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z'],
    ['and end again', '01:00-02:30', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00Z'],
    ['last through it', '01:00-06:00', '2026-10-24T23:30:00Z', '2026-10-25T05:00:00Z'],
  ])('winter time, hours that %s', (_, spans, now, next) => {
    expect(nextChange(hours('Europe/Berlin', everyDay(spans)), at(now))).toBe(at(next));
  });

  test('a change of clocks at midnight, and the Saturday before it', () => {
    // Beirut, 2026-03-29: 00:00 is followed by 01:00, at 22:00 UTC on Saturday.
    const beirut = hours('Asia/Beirut', { sat: '09:00-12:00', sun: '00:00-24:00' });
    expect(nextChange(beirut, at('2026-03-27T12:00:00Z'))).toBe(at('2026-03-28T07:00:00Z'));
    expect(nextChange(beirut, at('2026-03-28T10:00:00Z'))).toBe(at('2026-03-28T22:00:00Z'));
  });

  test('what is said about the next change agrees with what is said of every minute', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Chatham'];
    for (const zone of zones) {
      for (const from of [
        '2026-03-07T00:00:00Z',
        '2026-03-27T00:00:00Z',
        '2026-04-03T00:00:00Z',
        '2026-10-30T00:00:00Z',
      ]) {
        const plan = hours(zone, everyDay('00:00-01:15 01:45-02:10 02:20-03:05 22:00-24:00'));
        let expected = nextChange(plan, at(from));
        let open = isOpen(plan, at(from));
        for (let now = at(from) + 60_000; now < at(from) + 4 * 86_400_000; now += 60_000) {
          if (isOpen(plan, now) === open) continue;
          expect([zone, new Date(now).toISOString()]).toEqual([zone, new Date(expected ?? 0).toISOString()]);
          open = !open;
          expected = nextChange(plan, now);
        }
      }
    }
  });
});

describe('[RULE-12] what is no opening hours is refused', () => {
  const valid = { timeZone: 'Europe/Berlin', week: { mon: [{ from: '09:00', to: '17:00' }] } };
  test.each([
    ['an unknown zone', { ...valid, timeZone: 'Mars/Olympus' }],
    ['an empty zone', { ...valid, timeZone: '' }],
    ['script for a zone', { ...valid, timeZone: '<script>' }],
    ['25:00', { ...valid, week: { mon: [{ from: '09:00', to: '25:00' }] } }],
    ['24:30', { ...valid, week: { mon: [{ from: '09:00', to: '24:30' }] } }],
    ['9:00', { ...valid, week: { mon: [{ from: '9:00', to: '17:00' }] } }],
    ['an end before the beginning', { ...valid, week: { mon: [{ from: '17:00', to: '09:00' }] } }],
    ['no time between', { ...valid, week: { mon: [{ from: '09:00', to: '09:00' }] } }],
    ['the 30th of February', { ...valid, holidays: [{ date: '2026-02-30' }] }],
    ['too many holidays', { ...valid, holidays: Array(201).fill({ date: '2026-01-01' }) }],
  ])('%s', (_, given) => {
    expect(OpeningHours.safeParse(given).success).toBe(false);
  });

  test('and what is, is taken', () => {
    expect(OpeningHours.safeParse(valid).success).toBe(true);
  });
});
