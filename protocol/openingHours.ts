import { z } from 'zod';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 09:00, at most 24:00');

/** A part of a day, local time; ends after it begins. */
const Span = z
  .strictObject({ from: Clock, to: Clock })
  .refine(
    ({ from, to }) => from < to,
    'must end after it begins; of a night give each day its part, to 24:00 and from 00:00',
  );
const Spans = z.array(Span).max(10);

function knownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** When the site's agents work. A day that is left out is closed. */
export const OpeningHours = z.strictObject({
  /** IANA name, for example Europe/Berlin. */
  timeZone: z.string().max(60).refine(knownZone, 'an IANA time zone such as Europe/Berlin'),
  week: z.strictObject(
    Object.fromEntries(weekdays.map((day) => [day, Spans.optional()])) as Record<Weekday, z.ZodOptional<typeof Spans>>,
  ),
  /** Days that differ from their weekday; without `hours` closed. */
  holidays: z
    .array(z.strictObject({ date: z.iso.date(), name: z.string().trim().max(100).optional(), hours: Spans.optional() }))
    .max(200)
    .default([]),
});
export type OpeningHours = z.infer<typeof OpeningHours>;

/** As somebody sets them: each day stands there once. Older ones may be kept otherwise. */
export const NewOpeningHours = OpeningHours.refine(
  ({ holidays }) => new Set(holidays.map(({ date }) => date)).size === holidays.length,
  { path: ['holidays'], error: 'name each date once' },
);
