import { hashPassword, verifyPassword } from './passwords.ts';

/** Each takes a thread for a tenth of a second: agents who log in meanwhile need one, too. */
const AT_ONCE = 2;

interface Given {
  readonly email: string;
  readonly password?: string | undefined;
}

/** Hashes of the passwords that are not the agent's own by now; an agent's own is none: nobody is logged out for it. */
export async function renewedPasswords(
  given: readonly Given[],
  hashOf: (email: string) => string | undefined,
): Promise<Map<string, string>> {
  const renewed = new Map<string, string>();
  const waiting = given.values();
  const work = async () => {
    for (const { email, password } of waiting) {
      if (password === undefined) continue;
      const hash = hashOf(email);
      if (hash !== undefined && (await verifyPassword(password, hash))) continue;
      renewed.set(email, await hashPassword(password));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return renewed;
}
