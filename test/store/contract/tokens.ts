import { expect, test } from 'vitest';
import { acme, anAgent, aToken, other } from '#test/store/records.ts';
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

  test('[STORE-11] nobody who does not exist, or is another site’s, is given a token', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const orphan = aToken(anAgent());
    await expect(tokens.create(orphan)).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
    await expect(tokens.create(aToken(agent, { site: other }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await tokens.findByHash(orphan.hash)).toBeUndefined();
  });

  test('[STORE-2] a token is deleted within its site only', async () => {
    const { agents, tokens } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const token = aToken(agent);
    await tokens.create(token);
    expect(await tokens.delete(other, token.id)).toBe(false);
    expect(await tokens.deleteOfAgent(other, agent.id)).toEqual([]);
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
    const deleted = await tokens.deleteOfAgent(acme, ann.id);
    expect(deleted.toSorted()).toEqual(annas.map(({ id }) => id).toSorted());
    for (const { hash } of annas) expect(await tokens.findByHash(hash)).toBeUndefined();
    expect(await tokens.findByHash(beas.hash)).toStrictEqual(beas);
    expect(await tokens.deleteOfAgent(acme, ann.id)).toEqual([]);
  });
}
