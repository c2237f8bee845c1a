import { createHash, randomBytes } from 'node:crypto';

/** A fresh secret of 256 random bits. `cvu_` begins a user token, `cvk_` an API key. */
export function newSecret(prefix: 'cvu' | 'cvk'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** The only form in which a secret is kept. SHA-256 is enough for 256 random bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
