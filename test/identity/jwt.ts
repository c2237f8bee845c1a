import { createHmac } from 'node:crypto';

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;
const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A JWT as a site's server makes it (RFC 7515), by hand: nothing of what verifies it takes part. Text as claims is JSON. */
export function jwt(
  claims: unknown,
  secret: string,
  header: { alg?: string; kid?: unknown; [key: string]: unknown } = {},
): string {
  const { alg = 'HS256', ...more } = header;
  const signed = `${part({ alg, typ: 'JWT', ...more })}.${part(claims)}`;
  const hash = hashes[alg as keyof typeof hashes] ?? 'sha256';
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}
