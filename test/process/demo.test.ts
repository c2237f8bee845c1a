import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '#protocol/site.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

const emails = ['agent1@example.com', 'agent2@example.com', 'admin@example.com'];

let service: TestService;
beforeEach(async () => {
  service = await TestService.start();
});
afterEach(() => service.stop());

const file = () => join(service.data, 'dev-credentials.json');
const credentials = async () =>
  JSON.parse(await readFile(file(), 'utf8')) as { apiKey: string; agents: Record<string, string> };

/** A restart over the same data; what happens in between is done while nothing runs. */
async function restart(between: () => Promise<unknown> = async () => {}) {
  const before = await credentials();
  await service.stop({ keepData: true });
  await between();
  service = await TestService.start({ data: service.data });
  return { before, after: await credentials() };
}

/** They open what they should. */
async function expectValid({ apiKey, agents }: Awaited<ReturnType<typeof credentials>>): Promise<void> {
  const response = await service.rest('GET', 'agents', undefined, apiKey);
  const { items } = (await response.json()) as { items: { email: string; active: boolean; role: string }[] };
  expect(items.map(({ email }) => email)).toEqual(emails.toSorted());
  expect(items.every(({ active }) => active)).toBe(true);
  for (const email of emails) {
    const peer = await Peer.agent(service.url, agents[email] ?? '', { email });
    expect((await peer.event('agent.welcome')).agent.role).toBe(email.startsWith('admin') ? 'admin' : 'agent');
    peer.close();
  }
}

describe('[RUN-4] a development start makes a demo site and writes the logins to it', () => {
  test('in exactly the documented shape, readable by nobody else', async () => {
    const written = await credentials();
    expect(written).toEqual({
      site: 'demo',
      apiKey: expect.stringMatching(/^cvk_/),
      agents: Object.fromEntries(emails.map((email) => [email, expect.stringMatching(/^cvu_/)])),
    });
    expect(Object.keys(written)).toEqual(['site', 'apiKey', 'agents']);
    expect(service.demo).toEqual(written);
    expect((await stat(file())).mode & 0o077).toBe(0);
    await expectValid(written);
  });

  test('[COB-18] its pages are shared, and how many of an article somebody wants is shown', async () => {
    const { settings } = (await (await service.rest('GET', 'site')).json()) as { settings: { cobrowse: object } };
    expect(settings.cobrowse).toMatchObject({ enabled: true, privacy: { unmask: ['input[type=number]'] } });
  });

  test('[COB-18] also over a data folder that is older than co-browsing, and not against the word of who switched it off', async () => {
    const cobrowse = async () => {
      const site = (await (await service.rest('GET', 'site')).json()) as { settings: { cobrowse: object } };
      return site.settings.cobrowse;
    };
    await restart(async () => {
      const store = await TypeOrmStore.open({ file: join(service.data, 'coview.sqlite') });
      const [demo] = await store.sites.list();
      const { cobrowse: _unknown, ...settings } = demo?.settings ?? {};
      await store.sites.update({ ...demo, settings } as Site);
      await store.close();
    });
    expect(await cobrowse()).toMatchObject({ enabled: true, privacy: { unmask: ['input[type=number]'] } });
    await service.rest('PUT', 'site', { settings: { cobrowse: { enabled: false } } });
    await restart();
    expect(await cobrowse()).toMatchObject({ enabled: false });
  });

  test('pages of any local port may embed it, others may not', async () => {
    const { settings } = (await (await service.rest('GET', 'site')).json()) as {
      settings: { allowedOrigins: string[] };
    };
    expect(settings.allowedOrigins).toEqual(['http://localhost:*', 'http://127.0.0.1:*']);
    const from = (origin: string) => Peer.visitor(service.url, {}, { extraHeaders: { origin } });
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173']) (await from(origin)).close();
    await expect(from('https://shop.example.com')).rejects.toThrow();
  });
});

describe('[RUN-5] the logins outlive restarts and mishaps', () => {
  test('the same ones after every restart', async () => {
    const { before, after } = await restart();
    expect(after).toEqual(before);
    expect((await restart()).after).toEqual(before);
    await expectValid(before);
  });

  test.each([
    ['deleted', () => rm(file())],
    ['cut off', () => writeFile(file(), '{"site":"demo","apiKey":')],
    ['of another shape', () => writeFile(file(), '{"site":"demo","apiKey":7,"agents":[]}')],
    [
      'of another installation',
      () => writeFile(file(), '{"site":"demo","apiKey":"cvk_x","agents":{"agent1@example.com":"cvu_x"}}'),
    ],
  ])('a file that was %s is written anew with valid ones', async (_, damage) => {
    const { before, after } = await restart(damage);
    expect(after).not.toEqual(before);
    await expectValid(after);
    expect((await service.rest('GET', 'agents', undefined, before.apiKey)).status).toBe(401);
  });

  test('a revoked token is replaced, the others stay', async () => {
    await service.rest('DELETE', 'agents/agent2@example.com/token');
    const { before, after } = await restart();
    const { 'agent2@example.com': old, ...others } = before.agents;
    expect(after).toMatchObject({ apiKey: before.apiKey, agents: others });
    expect(after.agents['agent2@example.com']).not.toBe(old);
    await expectValid(after);
  });

  test('demo agents who were deactivated or removed are there again', async () => {
    await service.rest('PATCH', 'agents/agent1@example.com', { active: false });
    await service.rest('DELETE', 'agents/agent2@example.com');
    await expectValid((await restart()).after);
  });

  test('the logins of another site are not taken for the demo’s', async () => {
    const { after } = await restart(async () => {
      const theirs = await addSite(service.data, 'second');
      const { apiKey, token } = theirs;
      await writeFile(file(), JSON.stringify({ site: 'demo', apiKey, agents: { 'agent1@example.com': token } }));
    });
    await expectValid(after);
  });
});
