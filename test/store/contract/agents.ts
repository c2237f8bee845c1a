import { expect, test } from 'vitest';
import { acme, anAgent, aToken, other } from '#test/store/records.ts';
import { allPages, badCursors } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function agentsContract(fixture: StoreFixture): void {
  test('[STORE-1] an agent comes back as it was created, absent properties absent', async () => {
    const { agents } = await fixture.open();
    const plain = anAgent({ name: 'Анна 李 👩🏽‍💻' });
    const withPassword = anAgent({
      passwordHash: 'scrypt$1',
      role: 'admin',
      active: false,
      teams: ['sales', 'ä "1"'],
      availability: 'away',
    });
    await agents.create(plain);
    await agents.create(withPassword);
    expect(await agents.get(acme, plain.id)).toStrictEqual(plain);
    expect(await agents.get(acme, withPassword.id)).toStrictEqual(withPassword);
    expect(await agents.findByEmail(acme, plain.email)).toStrictEqual(plain);
  });

  test('[STORE-7] emails are kept and compared in lower case', async () => {
    const { agents } = await fixture.open();
    const agent = anAgent({ email: 'Ann@Agents.Example' });
    await agents.create(agent);
    const kept = { ...agent, email: 'ann@agents.example' };
    expect(await agents.findByEmail(acme, 'ANN@agents.example')).toStrictEqual(kept);
    expect(await agents.findEverywhere('ANN@agents.example')).toStrictEqual([kept]);
    await expect(agents.create(anAgent({ email: 'ANN@AGENTS.EXAMPLE' }))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('[STORE-2] an agent of another site is as if it did not exist, even under the same id', async () => {
    const { agents } = await fixture.open();
    const ours = anAgent({ email: 'ann@agents.example' });
    const theirs = { ...ours, site: other, name: 'Their Ann' };
    await agents.create(ours);
    expect(await agents.get(other, ours.id)).toBeUndefined();
    expect(await agents.findByEmail(other, ours.email)).toBeUndefined();
    expect(await agents.list(other, { limit: 10 })).toEqual({ items: [] });
    expect(await agents.delete(other, ours.id)).toBe(false);
    await expect(agents.update(theirs)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await agents.create(theirs);
    expect(await agents.get(acme, ours.id)).toStrictEqual(ours);
    expect(await agents.get(other, ours.id)).toStrictEqual(theirs);
    expect(await agents.findEverywhere(ours.email)).toStrictEqual([ours, theirs]);
    expect(await agents.delete(other, ours.id)).toBe(true);
    expect(await agents.get(acme, ours.id)).toStrictEqual(ours);
  });

  test('[STORE-4] of many agents created at once with one email exactly one comes to be', async () => {
    const { agents } = await fixture.open();
    const many = Array.from({ length: 8 }, () => anAgent({ email: 'ann@agents.example' }));
    const results = await Promise.allSettled(many.map((agent) => agents.create(agent)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) expect(reason).toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect((await agents.list(acme, { limit: 10 })).items).toHaveLength(1);
  });

  test('[STORE-1] an update replaces the whole agent', async () => {
    const { agents } = await fixture.open();
    const agent = anAgent({ passwordHash: 'scrypt$1' });
    const bystander = anAgent({ passwordHash: 'scrypt$2' });
    await agents.create(agent);
    await agents.create(bystander);
    const changed = anAgent({ id: agent.id, email: 'bea@agents.example', role: 'admin', active: false });
    await agents.update(changed);
    expect(await agents.get(acme, agent.id)).toStrictEqual(changed);
    expect(await agents.findByEmail(acme, 'bea@agents.example')).toStrictEqual(changed);
    expect(await agents.findByEmail(acme, agent.email)).toBeUndefined();
    expect(await agents.get(acme, bystander.id)).toStrictEqual(bystander);
  });

  test('[STORE-4] an update may not take another agent’s email', async () => {
    const { agents } = await fixture.open();
    const [ann, bea] = [anAgent(), anAgent()];
    await agents.create(ann);
    await agents.create(bea);
    await expect(agents.update({ ...bea, email: ann.email })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await agents.get(acme, bea.id)).toStrictEqual(bea);
  });

  test('[STORE-10] updating an agent who does not exist is NOT_FOUND; deleting answers false', async () => {
    const { agents } = await fixture.open();
    await expect(agents.update(anAgent())).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
    expect(await agents.delete(acme, anAgent().id)).toBe(false);
  });

  test('[STORE-8] agents are listed by email, in the order of its characters, each once', async () => {
    const { agents } = await fixture.open();
    const emails = ['b@x', 'a@x', 'ä@x', 'z@x', '_@x', 'a.b@x', 'a-b@x', '10@x', '9@x', '😀@x'];
    for (const email of emails) await agents.create(anAgent({ email }));
    await agents.create(anAgent({ site: other, email: 'b@x' }));
    const pages = await allPages((page) => agents.list(acme, page), 3);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 3, 1]);
    expect(pages.flat().map(({ email }) => email)).toEqual(
      emails.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test('[STORE-8] a list goes on where it was although that agent is gone', async () => {
    const { agents } = await fixture.open();
    const [a, b, c] = [anAgent({ email: 'a@x' }), anAgent({ email: 'b@x' }), anAgent({ email: 'c@x' })];
    for (const agent of [a, b, c]) await agents.create(agent);
    const first = await agents.list(acme, { limit: 2 });
    expect(first.items).toStrictEqual([a, b]);
    await agents.delete(acme, b.id);
    expect(await agents.list(acme, { limit: 2, cursor: first.nextCursor })).toStrictEqual({ items: [c] });
  });

  test('[STORE-9] a malformed cursor is INVALID_INPUT', async () => {
    const { agents } = await fixture.open();
    const ofNumbers = Buffer.from('[1,"a_1"]').toString('base64url');
    for (const cursor of [...badCursors, ofNumbers]) {
      const listed = agents.list(acme, { limit: 1, cursor });
      await expect(listed, cursor).rejects.toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
    }
  });

  test('[STORE-11] a deleted agent’s tokens are gone with the agent; others’ stay', async () => {
    const { agents, tokens } = await fixture.open();
    const [ann, bea] = [anAgent(), anAgent()];
    const twin = { ...ann, site: other };
    for (const agent of [ann, bea, twin]) await agents.create(agent);
    const [gone, kept, far] = [aToken(ann), aToken(bea), aToken(twin)];
    for (const token of [gone, kept, far]) await tokens.create(token);
    expect(await agents.delete(acme, ann.id)).toBe(true);
    expect(await agents.get(acme, ann.id)).toBeUndefined();
    expect(await tokens.findByHash(gone.hash)).toBeUndefined();
    expect(await tokens.findByHash(kept.hash)).toStrictEqual(kept);
    expect(await tokens.findByHash(far.hash)).toStrictEqual(far);
  });
}
