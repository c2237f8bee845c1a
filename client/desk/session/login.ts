import type { ErrorCode } from '#protocol/errors.ts';

class LoginError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/** Exchanges email and password for a user token; rejects with LoginError. */
export async function login(site: string, email: string, password: string): Promise<string> {
  const answer = await fetch('/rest/v1/auth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ site, email, password }),
  }).catch(() => {
    throw new LoginError('UNAVAILABLE');
  });
  const body = (await answer.json().catch(() => ({}))) as { token?: string; code?: ErrorCode };
  if (!answer.ok || !body.token) throw new LoginError(body.code ?? 'UNAVAILABLE');
  return body.token;
}
