import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { Logger } from 'pino';
import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { IdempotencyRecord, IdempotencyStore } from '#signaling/store/Store.ts';
import { InputError } from './problem.ts';

/** What is older counts no more; `Housekeeping` takes it away. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** A request of which nothing was heard for so long was lost with its process. */
const LOST_MS = 60_000;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** An answer as it leaves. */
export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  /** Empty where there is none. */
  readonly body: string;
}

export interface IdempotentRequest {
  readonly site: SiteId;
  /** The caller’s API key or user token. */
  readonly secret: string;
  readonly route: string;
  /** Everything that tells this request from another one. */
  readonly request: unknown;
}

/**
 * A POST under an `Idempotency-Key` is done once; whoever sends it again gets the first answer again
 * (draft-ietf-httpapi-idempotency-key-header). Answers may hold secrets: they are kept under a key that only the
 * caller’s own secret gives.
 */
export class Idempotency {
  readonly #store: IdempotencyStore;
  readonly #log: Logger;

  constructor(store: IdempotencyStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** The key that a request is sent under; undefined if none. */
  static keyOf(ctx: Context): string | undefined {
    const key = ctx.get('Idempotency-Key');
    if (key === '') return undefined;
    if (!/^[!-~]{1,200}$/.test(key)) {
      throw new InputError('Idempotency-Key: expected 1 to 200 visible ASCII characters, a UUID for example');
    }
    return key;
  }

  async run(
    ctx: Context,
    key: string,
    request: IdempotentRequest,
    act: () => Promise<RestAnswer>,
  ): Promise<RestAnswer> {
    const { site, secret } = request;
    const record = {
      site,
      key: sha256(`${sha256(secret)}\n${request.route}\n${key}`),
      request: sha256(JSON.stringify(request.request)),
      createdAt: Date.now(),
    };
    const first = await this.#begin(record);
    if (!first) return this.#act(record, secret, JSON.stringify(request.request), act);
    if (first.request !== record.request) {
      throw new CvError(
        'CONFLICT',
        'Another request was sent under this Idempotency-Key; take a new key for this one.',
      );
    }
    const answer = first.answer === undefined ? undefined : opened(first.answer, secret, record.key);
    if (!answer) {
      ctx.set('Retry-After', '1');
      throw new CvError('CONFLICT', 'The first request under this Idempotency-Key is still under way; ask again soon.');
    }
    ctx.set('Idempotent-Replayed', 'true');
    return answer;
  }

  async #begin(record: IdempotencyRecord): Promise<IdempotencyRecord | undefined> {
    const first = await this.#store.begin(record);
    const age = record.createdAt - (first?.createdAt ?? record.createdAt);
    const over = first && (age > KEPT_MS || (first.answer === undefined && age > LOST_MS));
    if (!over) return first;
    // This one alone: of many who find it over, one has the key next.
    await this.#store.release(first);
    return this.#store.begin(record);
  }

  async #act(
    record: IdempotencyRecord,
    secret: string,
    request: string,
    act: () => Promise<RestAnswer>,
  ): Promise<RestAnswer> {
    let answer: RestAnswer;
    try {
      answer = await act();
    } catch (error) {
      await this.#store.release(record);
      throw error;
    }
    // What was done is done, and is answered; a second request then learns that the first has not ended.
    if (answer.status >= 500 || answer.status === 429) await this.#store.release(record);
    else await this.#finish(record, `${subjectsOf(request + answer.body)}${sealed(answer, secret, record.key)}`);
    return answer;
  }

  async #finish(record: IdempotencyRecord, answer: string): Promise<void> {
    try {
      await this.#store.finish(record, answer);
    } catch (error) {
      this.#log.warn({ err: error }, 'the answer to a request with an Idempotency-Key could not be kept');
    }
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whom a request and its answer are about, in the clear before the sealed answer: who is erased is found by it. */
const subjectsOf = (text: string): string =>
  [...new Set(text.match(/\bc[un]_[\w-]{22}/g))].map((id) => `${id} `).join('');

const cipherKey = (secret: string, key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, key, 'coview idempotency', 32));

function sealed(answer: RestAnswer, secret: string, key: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, cipherKey(secret, key), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
}

function opened(text: string, secret: string, key: string): RestAnswer {
  const bytes = Buffer.from(text.slice(text.lastIndexOf(' ') + 1), 'base64url');
  const decipher = createDecipheriv(CIPHER, cipherKey(secret, key), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const parts = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
  return JSON.parse(Buffer.concat(parts).toString()) as RestAnswer;
}
