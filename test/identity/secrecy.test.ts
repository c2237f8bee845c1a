import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Peer } from '#test/support/Peer.ts';
import { addSite, type SecondSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
let theirs: SecondSite;
beforeAll(async () => {
  const first = await TestService.start();
  await first.stop({ keepData: true });
  theirs = await addSite(first.data, 'second');
  service = await TestService.start({ data: first.data });
});
afterAll(() => service.stop());

test('[AGENT-6] tokens, keys and passwords are kept as hashes only, in files that nobody else may read', async () => {
  const password = 'a password nobody else has';
  await service.rest('POST', 'agents', { email: 'secret@example.com', name: 'S', password });
  const login = await service.rest('POST', 'auth/token', { email: 'secret@example.com', password }, null);
  const { token } = (await login.json()) as { token: string };
  const visitor = await Peer.visitor(service.url);
  const welcome = await visitor.event('visitor.welcome');
  await visitor.request('visitor.tag', { email: 'known-to-the-database@example.com' });
  visitor.close();

  const files = (await readdir(service.data)).filter((name) => name.startsWith('coview.sqlite'));
  const kept = Buffer.concat(await Promise.all(files.map((name) => readFile(join(service.data, name)))));
  expect(kept.includes('known-to-the-database@example.com')).toBe(true);
  const secrets = { password, token, visitor: welcome.token, apiKey: service.demo.apiKey, ...service.demo.agents };
  for (const [name, secret] of Object.entries(secrets)) {
    // Without its prefix too, in case somebody cuts it off before writing.
    const found = [secret, secret.replace(/^cv[uk]_/, '')].filter((text) => kept.includes(text));
    expect({ name, found }).toEqual({ name, found: [] });
  }
  for (const name of [...files, 'dev-credentials.json']) {
    expect(((await stat(join(service.data, name))).mode & 0o077).toString(8)).toBe('0');
  }
});

describe('[ID-18] another site is as if it did not exist', () => {
  test('its keys and tokens see none of ours, and ours none of theirs', async () => {
    const visitor = await Peer.visitor(service.url);
    const { visitorId } = await visitor.event('visitor.welcome');
    await visitor.request('visitor.tag', { id: 'shared-id', email: 'shared@example.com', firstname: 'Ours' });
    for (const secret of [theirs.apiKey, theirs.token]) {
      const read = async (path: string) => (await service.rest('GET', path, undefined, secret)).json();
      expect(await read('active-users')).toEqual({ items: [] });
      for (const query of [visitorId, 'shared-id', 'shared@example.com']) {
        expect(await read(`active-users/${query}`)).toMatchObject({ code: 'NOT_FOUND' });
      }
      expect(await read('calls')).toEqual({ items: [] });
      expect(await read('agents')).toMatchObject({ items: [{ email: 'agent1@example.com', name: 'Their Anna' }] });
    }
    const audit = await (await service.rest('GET', 'audit', undefined, theirs.apiKey)).text();
    expect(audit).not.toContain('admin@example.com');
    const change = await service.rest('PATCH', 'agents/agent2@example.com', { name: 'Taken over' }, theirs.apiKey);
    expect(change.status).toBe(404);
    visitor.close();
  });

  test('its agents neither see, nor ring, nor hear of our visitors, nor touch our calls', async () => {
    const spy = await Peer.agent(service.url, theirs.token, { site: 'second' });
    await spy.request('presence.watch', { on: true });
    const visitor = await Peer.visitor(service.url);
    const { visitorId } = await visitor.event('visitor.welcome');
    await visitor.request('visitor.tag', { id: 'watched', email: 'watched@example.com' });
    for (const query of [visitorId, 'watched', 'watched@example.com']) {
      expect(await spy.request('presence.status', { query })).toEqual({});
    }
    const missing = { code: 'NOT_FOUND' };
    await expect(spy.request('calling.start', { visitorId, kind: 'screen' })).rejects.toMatchObject(missing);
    const agent = await Peer.agent(service.url, service.token());
    await agent.request('presence.watch', { on: true });
    const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
    await expect(spy.request('calling.end', { callId: call.id })).rejects.toMatchObject(missing);
    await expect(spy.request('media.join', { callId: call.id })).rejects.toMatchObject(missing);
    await agent.event('presence.changed', ({ changed }) => changed.some((user) => user.busy));
    expect(await spy.request('presence.list', {})).toEqual([]);
    expect(spy.received('presence.changed')).toBe(false);
    await agent.request('calling.end', { callId: call.id });
    for (const peer of [spy, visitor, agent]) peer.close();
  });

  test('a visitor’s token, and the person behind an email, are of one site', async () => {
    const ours = await Peer.visitor(service.url);
    const welcome = await ours.event('visitor.welcome');
    await ours.request('visitor.tag', { id: 'both', email: 'both@example.com', firstname: 'Ours' });
    const their = await Peer.visitor(service.url, { site: 'second', token: welcome.token });
    const there = await their.event('visitor.welcome');
    expect(there.visitorId).not.toBe(welcome.visitorId);
    expect(there.person).toBeUndefined();
    const { person } = await their.request('visitor.tag', { id: 'both', email: 'both@example.com' });
    expect(person).not.toHaveProperty('firstname');
    ours.close();
    their.close();
  });

  test('there is no socket to a site that does not exist, nor to one other than the address names', async () => {
    await expect(Peer.visitor(service.url, { site: 'nosuchsite' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const mixed = Peer.visitor(service.url, { site: 'second' }, { query: { site: 'demo' } });
    await expect(mixed).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
