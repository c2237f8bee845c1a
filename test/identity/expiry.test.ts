import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { demo, House } from '#test/support/House.ts';

const MINUTE = 60_000;
const AGENT_GRACE = 6_000;

let house: House;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  house = await House.open();
});
afterEach(async () => {
  await house.close();
  vi.useRealTimers();
});

async function tokenFor(email: string, lifetime: number): Promise<string> {
  const { id: agentId } = await house.agents.create(demo, { email, name: 'Anna', role: 'agent' });
  const token = newSecret('cvu');
  await house.store.tokens.create({
    id: newId<TokenId>('tk'),
    site: demo,
    agentId,
    hash: hashSecret(token),
    createdAt: Date.now(),
    expiresAt: Date.now() + lifetime,
  });
  return token;
}

test('[AGENT-7] when a token expires its sockets end, after they were told, and it opens nothing any more', async () => {
  const token = await tokenFor('anna@example.com', MINUTE);
  const sockets = [await house.agent('anna@example.com', { token }), await house.agent('anna@example.com', { token })];
  vi.advanceTimersByTime(MINUTE - 1);
  expect(sockets.map(({ ended }) => ended)).toEqual([false, false]);
  expect(await house.agents.authenticate(token)).toMatchObject({ kind: 'agent' });
  vi.advanceTimersByTime(1);
  for (const socket of sockets) {
    expect(socket.heard.at(-1)).toEqual({ event: 'agent.revoked', payload: {} });
    expect(socket.ended).toBe(true);
  }
  expect(await house.agents.authenticate(token)).toBeUndefined();
  await expect(house.agent('anna@example.com', { token })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('[AGENT-7] a socket that went before leaves no clock behind', async () => {
  const token = await tokenFor('anna@example.com', MINUTE);
  const socket = await house.agent('anna@example.com', { token });
  expect(vi.getTimerCount()).toBe(1);
  socket.leave();
  // What is left waits for the agent to come back (PRES-11), and not for the token's end.
  vi.advanceTimersByTime(AGENT_GRACE);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(['update', 'delete'] as const)(
  '[AGENT-5] %s: sockets end though the audit log cannot be written',
  async (how) => {
    const socket = await house.agent('anna@example.com');
    house.store.audit.append = () => Promise.reject(new CvError('UNAVAILABLE', 'out of order'));
    const revoked =
      how === 'delete'
        ? house.agents.delete(demo, 'anna@example.com')
        : house.agents.update(demo, 'anna@example.com', { active: false });
    await expect(revoked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(socket.ended).toBe(true);
  },
);

test('[AGENT-2] an inactive agent’s token opens nothing, wherever it was left over', async () => {
  const token = await tokenFor('anna@example.com', MINUTE);
  const anna = await house.store.agents.findByEmail(demo, 'anna@example.com');
  if (anna) await house.store.agents.update({ ...anna, active: false });
  expect(await house.agents.authenticate(token)).toBeUndefined();
  await expect(house.agent('anna@example.com', { token })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
