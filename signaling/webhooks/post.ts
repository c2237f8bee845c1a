import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TargetError, type TargetGuard } from '#signaling/net/TargetGuard.ts';

/** What is read of an answer's body, which means nothing, before the connection is ended. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface Letter {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
}

export interface Reply {
  status: number;
  retryAfter?: string | undefined;
}

/** One POST over a connection of its own, so that what was checked is what is used; redirects are not followed. */
export async function post(letter: Letter, guard: TargetGuard, signal: AbortSignal): Promise<Reply> {
  const url = new URL(letter.url);
  guard.check(url);
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    lookup: guard.lookup,
    signal,
    headers: {
      ...letter.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(letter.body),
      'user-agent': 'CoView-Webhooks',
    },
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    request.on('response', resolve);
    // Stays after the answer: a connection that breaks in its body has answered all the same.
    request.on('error', reject);
    request.on('close', () => reject(new Error('closed without an answer')));
    request.end(letter.body);
  });
  await discard(response);
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
}

function discard(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) response.destroy();
    });
    response.on('error', () => {});
    response.on('close', resolve);
  });
}

/** Why a try failed, for the admin who reads the deliveries: the cause and, where there is one, the cure. */
export function failureText(error: unknown): string {
  if (error instanceof TargetError) return error.message;
  const { name, code = '' } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError') return 'No answer in time: answer first and work afterwards.';
  if (code === 'ENOTFOUND' || code === 'ENODATA') return 'The target’s name is unknown: check how it is written.';
  if (code === 'ECONNREFUSED') return 'Nothing listens at the target’s port.';
  if (/CERT|SIGNATURE|^ERR_TLS/.test(code)) return `The target’s certificate is not accepted (${code}): renew it.`;
  return `The connection failed (${code || name}).`;
}
