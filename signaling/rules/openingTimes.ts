import { type OpeningHours, weekdays } from '#protocol/openingHours.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Beyond it nothing is looked for. */
const HORIZON_DAYS = 31;

/** Whether the clocks on the site's walls show a time within its hours; null is always open. */
export function isOpen(hours: OpeningHours | null, at: number): boolean {
  if (!hours) return true;
  const wall = wallTime(hours.timeZone, at);
  const minutes = Math.floor((wall % DAY) / MINUTE);
  return spansOf(hours, wall).some(({ from, to }) => clock(from) <= minutes && minutes < clock(to));
}

/** When that changes next; undefined if not within a month. */
export function nextChange(hours: OpeningHours | null, at: number): number | undefined {
  if (!hours) return undefined;
  const now = isOpen(hours, at);
  const today = Math.floor(wallTime(hours.timeZone, at) / DAY) * DAY;
  for (let day = -1; day <= HORIZON_DAYS; day++) {
    const change = turningPoints(hours, today + day * DAY)
      .filter((point) => point > at)
      .sort((a, b) => a - b)
      .find((point) => isOpen(hours, point) !== now);
    if (change !== undefined) return change;
  }
  return undefined;
}

/** Every instant of a local day at which its hours could begin or end. */
function turningPoints(hours: OpeningHours, day: number): number[] {
  const { timeZone } = hours;
  const [from, to] = [day - DAY, day + 2 * DAY];
  const offsets = [...new Set([offset(timeZone, from), offset(timeZone, to)])];
  const times = [0, ...spansOf(hours, day).flatMap((span) => [clock(span.from), clock(span.to)])];
  // Where the clocks are changed a time comes twice, or not at all.
  const points = times
    .map((time) => day + time * MINUTE)
    .flatMap((wall) => offsets.map((each) => wall - each).filter((at) => wallTime(timeZone, at) === wall));
  if (offsets.length === 1) return points;
  const changed = shift(timeZone, from, to);
  return Math.floor(wallTime(timeZone, changed) / DAY) * DAY === day ? [...points, changed] : points;
}

/** When the clocks are changed between two instants. */
function shift(timeZone: string, from: number, to: number): number {
  const before = offset(timeZone, from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function spansOf({ week, holidays }: OpeningHours, wall: number) {
  const date = new Date(wall).toISOString().slice(0, 10);
  const holiday = holidays.find((day) => day.date === date);
  if (holiday) return holiday.hours ?? [];
  // Sunday is JavaScript's first day.
  const weekday = weekdays[(new Date(wall).getUTCDay() + 6) % 7];
  return (weekday && week[weekday]) ?? [];
}

/** Minutes since midnight. */
function clock(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

const offset = (timeZone: string, at: number) => wallTime(timeZone, at) - at;

/** What the zone's clocks show, as if they were UTC's. */
function wallTime(timeZone: string, at: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
