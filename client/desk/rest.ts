import type { ErrorCode } from '#protocol/errors.ts';

const path = '/rest/v1/auth/token';

export class RestError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/** Exchanges email and password for a user token; rejects with RestError. */
export async function login(site: string, email: string, password: string): Promise<string> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ site, email, password }),
  }).catch(() => {
    throw new RestError('UNAVAILABLE');
  });
  const body = (await answer.json().catch(() => ({}))) as { token?: string; code?: ErrorCode };
  if (!answer.ok || !body.token) throw new RestError(body.code ?? 'UNAVAILABLE');
  return body.token;
}

/** Revokes the token; a desk that cannot reach the server signs out all the same. */
export async function logout(token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(path, { method: 'DELETE', headers, keepalive: true }).catch(() => {});
}
