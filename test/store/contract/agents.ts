import { expect, test } from 'vitest';
import { acme, anAgent, anEntry, aToken, begun, noted, other } from '#test/store/records.ts';
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
    for (const change of [{ delete: [ours.id] }, { update: [theirs] }, { update: [ours] }]) {
      await expect(agents.change(other, change)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await agents.create(theirs);
    expect(await agents.get(acme, ours.id)).toStrictEqual(ours);
    expect(await agents.get(other, ours.id)).toStrictEqual(theirs);
    expect(await agents.findEverywhere(ours.email)).toStrictEqual([ours, theirs]);
    await agents.change(other, { delete: [ours.id] });
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
    await agents.change(acme, { update: [changed] });
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
    await expect(agents.change(acme, { update: [{ ...bea, email: ann.email }] })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await agents.get(acme, bea.id)).toStrictEqual(bea);
  });

  test('[STORE-10] changing or deleting an agent who does not exist is NOT_FOUND', async () => {
    const { agents } = await fixture.open();
    for (const change of [{ update: [anAgent()] }, { delete: [anAgent().id] }]) {
      await expect(agents.change(acme, change)).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
    }
  });

  test('[STORE-39] what becomes of several agents happens as a whole or not at all', async () => {
    const { agents, tokens } = await fixture.open();
    const [ann, bea, cleo] = [anAgent({ email: 'a@x' }), anAgent({ email: 'b@x' }), anAgent({ email: 'c@x' })];
    for (const agent of [ann, bea]) await agents.create(agent);
    const token = aToken(bea);
    await tokens.create(token);
    const change = { create: [cleo], update: [{ ...ann, name: 'Anna' }], delete: [bea.id] };
    const doubled = { ...change, create: [cleo, anAgent({ email: 'a@x' })] };
    await expect(agents.change(acme, doubled)).rejects.toMatchObject({ code: 'CONFLICT' });
    const unknown = { ...change, update: [...change.update, anAgent()] };
    await expect(agents.change(acme, unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await agents.list(acme, { limit: 9 })).items).toStrictEqual([ann, bea]);
    expect(await tokens.findByHash(token.hash)).toStrictEqual(token);
    expect(await agents.change(acme, change)).toEqual({ tokens: new Map([[bea.id, [token.id]]]), released: [] });
    expect((await agents.list(acme, { limit: 9 })).items).toStrictEqual([{ ...ann, name: 'Anna' }, cleo]);
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
    await agents.change(acme, { delete: [b.id] });
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
    await agents.change(acme, { delete: [ann.id] });
    expect(await agents.get(acme, ann.id)).toBeUndefined();
    expect(await tokens.findByHash(gone.hash)).toBeUndefined();
    expect(await tokens.findByHash(kept.hash)).toStrictEqual(kept);
    expect(await tokens.findByHash(far.hash)).toStrictEqual(far);
  });

  test.each([
    ['deleted', 'delete'],
    ['deactivated', 'update'],
  ] as const)(
    '[STORE-70] customers and conversations of an agent who is %s are nobody’s, with what is audited',
    async (_, how) => {
      const store = await fixture.open();
      const { agents, customers, chat, audit } = store;
      const [ann, bea] = [anAgent({ email: 'Ann@agents.example' }), anAgent()];
      const twin = { ...ann, site: other };
      for (const agent of [ann, bea, twin]) await agents.create(agent);
      const email = 'ann@agents.example';
      const open = await begun(store, { assignedUser: email, team: 'sales' }, { assignee: email, team: 'sales' });
      const done = await begun(store, {}, { assignee: email, status: 'DONE' });
      const waiting = await begun(store, { assignedUser: email }, { status: 'UNREAD' });
      const others = await begun(store, { assignedUser: bea.email }, { assignee: bea.email });
      const theirs = await begun(store, { site: other, assignedUser: email }, { assignee: email });
      const entry = anEntry({ action: 'agent.released' });
      const leave = { delete: { delete: [ann.id] }, update: { update: [{ ...ann, active: false }] } };

      const gone = await agents.change(acme, leave[how], ({ released }) => released.map(() => entry));

      const [released] = gone.released;
      expect(gone.released).toHaveLength(1);
      expect(released?.email).toBe(email);
      expect(released?.customers.toSorted()).toEqual([open.customerId, waiting.customerId].toSorted());
      const kept = await Promise.all([open, done].map(({ id }) => chat.get(acme, id)));
      expect(released?.conversations.toSorted()).toEqual([open.id, done.id].toSorted());
      expect(released?.open).toEqual([open.id]);
      const { assignee: _ann, ...free } = open;
      expect(kept[0]).toStrictEqual({ ...free, updatedAt: expect.any(Number) });
      expect(kept[0]?.updatedAt).toBeGreaterThan(open.updatedAt);
      expect(kept[1]).toMatchObject({ updatedAt: done.updatedAt, status: 'DONE' });
      expect(kept[1]).not.toHaveProperty('assignee');
      expect(await chat.get(acme, waiting.id)).toStrictEqual(waiting);
      const people = await customers.getMany(acme, [open.customerId, waiting.customerId]);
      expect(people.map(({ assignedUser }) => assignedUser)).toEqual([undefined, undefined]);
      expect(people.map(({ team }) => team).toSorted()).toEqual(['sales', undefined]);
      expect(await chat.get(acme, others.id)).toStrictEqual(others);
      expect(await chat.get(other, theirs.id)).toStrictEqual(theirs);
      expect((await customers.get(acme, others.customerId))?.assignedUser).toBe(bea.email);
      expect((await customers.get(other, theirs.customerId))?.assignedUser).toBe(email);
      expect((await audit.list(acme, { limit: 10 })).items).toStrictEqual([entry]);
      await agents.change(acme, { update: [{ ...bea, name: 'B', availability: 'away' }] });
      expect(await chat.get(acme, others.id)).toStrictEqual(others);
    },
  );

  test('[STORE-70] where the audit log cannot be kept the agent stays, with all that is the agent’s', async () => {
    const store = await fixture.open();
    const ann = anAgent();
    await store.agents.create(ann);
    const held = await begun(store, { assignedUser: ann.email }, { assignee: ann.email });
    const entry = anEntry();
    await noted(store, entry);
    for (const leave of [{ delete: [ann.id] }, { update: [{ ...ann, active: false }] }]) {
      await expect(store.agents.change(acme, leave, () => [entry])).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await store.agents.get(acme, ann.id)).toStrictEqual(ann);
      expect(await store.chat.get(acme, held.id)).toStrictEqual(held);
      expect((await store.customers.get(acme, held.customerId))?.assignedUser).toBe(ann.email);
    }
  });
}
