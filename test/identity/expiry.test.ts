import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { anEntry, noted } from '#test/store/records.ts';
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

const newcomer = { email: 'new@example.com', name: 'New', role: 'agent' as const, active: true };

test.each<[string, () => Promise<unknown>]>([
  ['a change', () => house.agents.update(demo, 'anna@example.com', { active: false })],
  ['a dismissal', () => house.agents.delete(demo, 'anna@example.com')],
  ['a sync', () => house.agents.sync(demo, [newcomer], true)],
  ['a revocation', () => house.agents.revokeTokens(demo, 'anna@example.com')],
])('[AGENT-13] %s that the audit log cannot tell of does not happen, in any part', async (_, change) => {
  const token = await tokenFor('anna@example.com', MINUTE);
  const socket = await house.agent('anna@example.com', { token });
  const staff = await house.agents.active(demo);
  const { agents } = house.store;
  const [taken, write] = [anEntry({ site: demo }), agents.change.bind(agents)];
  await noted(house.store, taken);
  agents.change = (site, changes, audit) => write(site, changes, (gone) => [...(audit?.(gone) ?? []), taken]);
  await expect(change()).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(socket.ended).toBe(false);
  expect(await house.agents.authenticate(token)).toMatchObject({ agent: { active: true } });
  expect(await house.agents.active(demo)).toStrictEqual(staff);
  agents.change = write;
  await change();
  expect(socket.ended).toBe(true);
});

test('[AGENT-2] an inactive agent’s token opens nothing, wherever it was left over', async () => {
  const token = await tokenFor('anna@example.com', MINUTE);
  const anna = await house.store.agents.findByEmail(demo, 'anna@example.com');
  if (anna) await house.store.agents.change(demo, { update: [{ ...anna, active: false }] });
  expect(await house.agents.authenticate(token)).toBeUndefined();
  await expect(house.agent('anna@example.com', { token })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
