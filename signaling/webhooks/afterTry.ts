import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import type { Reply } from './post.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between one try and the next: ten tries over three days. */
const delays = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 18 * HOUR, 22 * HOUR];
/** Up to so much earlier or later, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A target may put us off for so long. */
const MAX_RETRY_AFTER = 24 * HOUR;

/** How long to wait after so many tries; undefined when it is given up. `chance`: from 0 to 1. */
export function retryDelay(tries: number, chance: number): number | undefined {
  const delay = delays[tries - 1];
  return delay && Math.round(delay * (1 - JITTER + 2 * JITTER * chance));
}

/** The delivery after a try that got this answer, or failed for this reason. */
export function afterTry(
  delivery: DeliveryRecord,
  outcome: Reply | { error: string },
  now: number,
  delayAfter: (tries: number) => number | undefined,
): DeliveryRecord {
  const attempts = delivery.attempts + 1;
  const status = 'status' in outcome ? outcome.status : undefined;
  const tried = { ...delivery, attempts, status, nextAttemptAt: undefined };
  if (status !== undefined && status >= 200 && status < 300) {
    return { ...tried, state: 'delivered', deliveredAt: now, error: undefined };
  }
  const error = 'error' in outcome ? outcome.error : refusal(outcome.status);
  const delay = delayAfter(attempts);
  // A test is answered at once; whoever wants another one asks for it.
  if (status === 410 || delay === undefined || delivery.type === 'test') return { ...tried, state: 'dead', error };
  const wait = 'status' in outcome ? Math.max(delay, putOff(outcome, now)) : delay;
  return { ...tried, state: 'pending', error, nextAttemptAt: now + wait };
}

function refusal(status: number): string {
  if (status === 410) return 'The target wants nothing more (410 Gone).';
  if (status >= 300 && status < 400) {
    return `The target answered ${status}: redirects are not followed, enter the address that it leads to.`;
  }
  return `The target answered ${status} and not 2xx.`;
}

/** What Retry-After (RFC 9110 §10.2.3) asks for, in milliseconds, within bounds. */
function putOff({ status, retryAfter = '' }: Reply, now: number): number {
  if (status !== 429 && status !== 503) return 0;
  const asked = /^\s*\d+\s*$/.test(retryAfter) ? Number(retryAfter) * SECOND : Date.parse(retryAfter) - now;
  return Number.isNaN(asked) ? 0 : Math.min(Math.max(0, asked), MAX_RETRY_AFTER);
}
