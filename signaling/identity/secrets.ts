import { createHash, randomBytes } from 'node:crypto';

/** A fresh secret of 256 random bits. `cvu_` begins a user token, `cvk_` an API key, `cvs_` a key for signed
 * identities, `cvc_` the code of an agent's link. */
export function newSecret(prefix: 'cvu' | 'cvk' | 'cvs' | 'cvc'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** The only form in which a secret is kept. SHA-256 is enough for 256 random bits. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
