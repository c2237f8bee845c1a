import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** `scrypt$N$salt$key`, base64url (RFC 7914). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize('NFKC'), salt, 32, cost);
  return `scrypt$${cost.N}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Takes as long for an agent without a password as for one with, so that nobody learns who exists. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, n, salt, key] = (hash ?? `scrypt$${cost.N}$AAAAAAAAAAAAAAAAAAAAAA$`).split('$');
  const wanted = Buffer.from(key ?? '', 'base64url');
  const given = await derive(password.normalize('NFKC'), Buffer.from(salt ?? '', 'base64url'), 32, {
    ...cost,
    N: Number(n),
  });
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
