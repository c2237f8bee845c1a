import { expect, test } from 'vitest';
import { acme, anAgent, anEntry, aToken, other } from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function tokensContract(fixture: StoreFixture): void {
  test('[STORE-1] a token comes back by its hash, with and without an expiry', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const [endless, limited] = [aToken(agent), aToken(agent, { expiresAt: 253_402_300_799_999 })];
    await tokens.create(endless);
    await tokens.create(limited);
    expect(await tokens.findByHash(endless.hash)).toStrictEqual(endless);
    expect(await tokens.findByHash(limited.hash)).toStrictEqual(limited);
    expect(await tokens.findByHash('none')).toBeUndefined();
  });

  test('[STORE-4] two tokens cannot have one hash, nor one id within a site', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const token = aToken(agent);
    await tokens.create(token);
    await expect(tokens.create(aToken(agent, { hash: token.hash }))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(tokens.create(aToken(agent, { id: token.id }))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('[STORE-11] nobody who does not exist, is another site’s, not active, or not as asked for, is given a token', async () => {
    const { agents, tokens, audit } = await fixture.open();
    const [agent, idle] = [anAgent(), anAgent({ active: false })];
    for (const each of [agent, idle]) await agents.create(each);
    const refused = [aToken(anAgent()), aToken(agent, { site: other }), aToken(idle)];
    for (const token of refused) expect(await tokens.create(token, [anEntry()])).toBeUndefined();
    const asked: unknown[] = [];
    const wrong = aToken(agent);
    const fits = (now: unknown) => asked.push(now) === 0;
    expect(await tokens.create(wrong, [anEntry()], fits)).toBeUndefined();
    expect(asked).toStrictEqual([agent]);
    for (const { hash } of [...refused, wrong]) expect(await tokens.findByHash(hash)).toBeUndefined();
    expect((await audit.list(acme, { limit: 9 })).items).toEqual([]);
    expect(await tokens.create(aToken(agent), [], () => true)).toStrictEqual(agent);
  });

  test('[AGENT-5] no token outlives a shut-out that came at once with it, also of another process', async () => {
    const [here, there] = await fixture.several();
    const left: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const agent = anAgent();
      await here.agents.create(agent);
      const issued = [here, there, here, there].map((store) => ({ store, token: aToken(agent) }));
      const shutOut = { update: [{ ...agent, active: false }], shutOut: [agent.id] };
      await Promise.all([
        ...issued.slice(0, 2).map(({ store, token }) => store.tokens.create(token)),
        here.agents.change(acme, shutOut),
        ...issued.slice(2).map(({ store, token }) => store.tokens.create(token)),
      ]);
      for (const { token } of issued) left.push(await here.tokens.findByHash(token.hash));
    }
    expect(left.filter((token) => token !== undefined)).toEqual([]);
  });

  test('[STORE-2] a token is deleted within its site only', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const token = aToken(agent);
    await tokens.create(token);
    expect(await tokens.delete(other, token.id)).toBe(false);
    expect((await agents.change(other, { shutOut: [agent.id] })).tokens).toEqual(new Map());
    expect(await tokens.findByHash(token.hash)).toStrictEqual(token);
    expect(await tokens.delete(acme, token.id)).toBe(true);
    expect(await tokens.findByHash(token.hash)).toBeUndefined();
    expect(await tokens.delete(acme, token.id)).toBe(false);
  });

  test('[STORE-33] expired tokens are deleted, of all sites, and no others', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const [endless, old, young] = [aToken(agent), aToken(agent, { expiresAt: 10 }), aToken(agent, { expiresAt: 11 })];
    for (const token of [endless, old, young]) await tokens.create(token);
    expect(await tokens.deleteExpired(10)).toBe(1);
    expect(await tokens.deleteExpired(10)).toBe(0);
    expect(await tokens.findByHash(old.hash)).toBeUndefined();
    for (const token of [endless, young]) expect(await tokens.findByHash(token.hash)).toStrictEqual(token);
  });

  test('[STORE-11] all tokens of an agent are deleted and named, nobody else’s', async () => {
    const { agents, tokens } = await fixture.open();
    const [ann, bea] = [anAgent(), anAgent()];
    await agents.create(ann);
    await agents.create(bea);
    const annas = [aToken(ann), aToken(ann), aToken(ann)];
    const beas = aToken(bea);
    for (const token of [...annas, beas]) await tokens.create(token);
    const told: unknown[] = [];
    const deleted = await agents.change(acme, { shutOut: [ann.id] }, (gone) => {
      told.push(gone);
      return [];
    });
    expect(told).toEqual([deleted]);
    expect([...deleted.tokens.keys()]).toEqual([ann.id]);
    expect(deleted.tokens.get(ann.id)?.toSorted()).toEqual(annas.map(({ id }) => id).toSorted());
    for (const { hash } of annas) expect(await tokens.findByHash(hash)).toBeUndefined();
    expect(await tokens.findByHash(beas.hash)).toStrictEqual(beas);
    expect(await agents.change(acme, { shutOut: [ann.id] })).toEqual({ tokens: new Map(), released: [] });
  });
}
