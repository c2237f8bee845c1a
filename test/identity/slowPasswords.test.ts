import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ListedAgent } from '#signaling/identity/AgentService.ts';
import { demo, House } from '#test/support/House.ts';

/** Passwords take as long as a test wants. */
const slow = vi.hoisted(() => ({ until: Promise.resolve(), begun: () => {} }));
vi.mock('#signaling/identity/passwords.ts', async (original) => {
  const { hashPassword, verifyPassword } = await original<typeof import('#signaling/identity/passwords.ts')>();
  const slowly =
    <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) =>
    async (...given: Given) => {
      slow.begun();
      await slow.until;
      return work(...given);
    };
  return { hashPassword: slowly(hashPassword), verifyPassword: slowly(verifyPassword) };
});

let house: House;
let go: () => void;
beforeEach(async () => {
  house = await House.open();
});
afterEach(async () => {
  go();
  await house.close();
});

const listed = (more: Partial<ListedAgent> = {}): ListedAgent => ({
  email: 'kim@example.com',
  name: 'Kim',
  active: true,
  ...more,
});
const kim = () => house.store.agents.findByEmail(demo, 'kim@example.com');
const sync = (...agents: ListedAgent[]) => house.agents.sync(demo, agents, false);

/** From here on nobody's password is known until `go`; resolves when the first one is looked at. */
function held(): Promise<void> {
  slow.until = new Promise((resolve) => {
    go = resolve;
  });
  return new Promise((resolve) => {
    slow.begun = resolve;
  });
}

describe('[AGENT-31] passwords are checked and hashed before anybody’s turn', () => {
  const password = 'their password';

  test.each([
    ['the agents’ own', password, 0],
    ['other ones', 'another password', 2],
  ])('in a sync, %s: nobody waits for that', async (_, given, updated) => {
    const many = ['a@example.com', 'b@example.com'].map((email) => listed({ email, password }));
    await sync(listed(), ...many);
    const begun = held();
    const syncing = sync(...many.map((agent) => ({ ...agent, password: given })));
    await begun;
    await house.agents.setAvailability(demo, (await kim())?.id ?? ('' as never), 'away');
    await house.agents.update(demo, 'kim@example.com', { name: 'Kimberly' });
    go();
    expect((await syncing).updated).toHaveLength(updated);
    expect(await kim()).toMatchObject({ availability: 'away', name: 'Kimberly' });
  });

  test('in a change of one agent', async () => {
    await sync(listed());
    const begun = held();
    const changing = house.agents.update(demo, 'kim@example.com', { password });
    await begun;
    await house.agents.setAvailability(demo, (await kim())?.id ?? ('' as never), 'away');
    go();
    await changing;
    expect(await kim()).toMatchObject({ availability: 'away', passwordHash: expect.stringMatching(/^scrypt/) });
  });

  test('what changes meanwhile is not undone', async () => {
    await sync(listed({ password }));
    const begun = held();
    const syncing = sync(listed({ name: 'Kimberly', password }));
    await begun;
    await house.agents.update(demo, 'kim@example.com', { teams: ['night'] });
    go();
    await syncing;
    expect(await kim()).toMatchObject({ name: 'Kimberly', teams: ['night'] });
  });

  test('of who has become somebody else meanwhile it is not known: a conflict, and nothing happens', async () => {
    await sync(listed({ password }));
    const begun = held();
    const syncing = sync(listed({ email: 'new@example.com' }), listed({ password }));
    await begun;
    await house.agents.delete(demo, 'kim@example.com');
    await house.agents.create(demo, { email: 'kim@example.com', name: 'Another Kim', role: 'agent' });
    go();
    await expect(syncing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await kim()).toMatchObject({ name: 'Another Kim' });
    expect(await kim()).not.toHaveProperty('passwordHash');
    expect(await house.store.agents.findByEmail(demo, 'new@example.com')).toBeUndefined();
  });

  test('[AGENT-10] of whom another password is known by now: a conflict, not a sync that says nothing has changed', async () => {
    await sync(listed({ password }));
    const begun = held();
    const syncing = sync(listed({ name: 'Kimberly', password }));
    await begun;
    slow.until = Promise.resolve();
    await house.agents.update(demo, 'kim@example.com', { password: 'another password' });
    go();
    await expect(syncing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await kim()).toMatchObject({ name: 'Kim' });
    expect(await sync(listed({ password }))).toMatchObject({ updated: ['kim@example.com'] });
    expect(await house.agents.login('kim@example.com', password)).toMatchObject({ agent: { name: 'Kim' } });
  });
});

describe('[AGENT-5] a shut-out takes the tokens of logins that were under way', () => {
  const [email, password] = ['kim@example.com', 'their password'];
  const tokensIssued = async () =>
    (await house.store.audit.list(demo, { limit: 9 })).items.filter(({ action }) => action === 'token.issued');

  /** A login whose password is looked at while this happens. */
  async function loginDuring(happening: () => Promise<unknown>) {
    await sync(listed({ password }));
    const begun = held();
    const login = house.agents.login(email, password);
    await begun;
    slow.until = Promise.resolve();
    await happening();
    go();
    return login;
  }

  test.each([
    ['a deactivation', () => house.agents.update(demo, email, { active: false })],
    ['another password', () => house.agents.update(demo, email, { password: 'another password' })],
    ['a deletion', () => house.agents.delete(demo, email)],
  ])('%s', async (_, happening) => {
    await expect(loginDuring(happening)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await tokensIssued()).toEqual([]);
  });

  test('after another role the login is by that one', async () => {
    const { token, agent } = await loginDuring(() => house.agents.update(demo, email, { role: 'admin' }));
    expect(agent).toMatchObject({ role: 'admin' });
    expect(await house.agents.authenticate(token)).toMatchObject({ kind: 'agent', agent: { role: 'admin' } });
  });

  test('nor does a site’s server get one for who is deactivated meanwhile', async () => {
    await sync(listed());
    const { agents } = house.store;
    const find = agents.findByEmail.bind(agents);
    vi.spyOn(agents, 'findByEmail').mockImplementationOnce(async (...asked) => {
      const found = await find(...asked);
      await house.agents.update(demo, email, { active: false });
      return found;
    });
    await expect(house.agents.issueToken(demo, email)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await tokensIssued()).toEqual([]);
  });
});
