import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteId } from '#protocol/ids.ts';
import { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

const site = 'demo' as SiteId;
const secret = 'a secret for tests, at least 32 characters long';

describe('[ID-1] a token proves its visitor id and nothing else', () => {
  const tokens = new VisitorTokens(secret);
  const { visitorId, token } = tokens.issue(site);
  const [id, signature] = token.split('.') as [string, string];
  const other = tokens.issue(site);

  test('a genuine one', () => {
    expect(tokens.verify(site, token)).toBe(visitorId);
    expect(new VisitorTokens(secret).verify(site, token)).toBe(visitorId);
    expect(other.visitorId).not.toBe(visitorId);
  });

  test.each([
    ['empty', ''],
    ['the id alone', id],
    ['no signature', `${id}.`],
    ['half a signature', `${id}.${signature.slice(0, 21)}`],
    ['a signature and more', `${id}.${signature}AAAA`],
    ['another one’s signature', `${id}.${other.token.split('.')[1]}`],
    ['another id', `${other.visitorId}.${signature}`],
    ['a signature that is off by one bit', `${id}.${flipped(signature)}`],
    ['something else than an id', `../etc/passwd.${signature}`],
    ['one of another server', new VisitorTokens(`${secret}!`).tokenOf(site, visitorId)],
    ['one of another site', tokens.tokenOf('other' as SiteId, visitorId)],
  ])('%s proves nothing', (_, forged) => {
    expect(tokens.verify(site, forged)).toBeUndefined();
  });

  /** The first character changes a bit that counts; the last one of base64url may not. */
  function flipped(text: string): string {
    return `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
  }
});

describe('over sockets', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const connect = async (auth: Record<string, unknown> = {}) => {
    const peer = await Peer.visitor(service.url, auth);
    return { peer, welcome: await peer.event('visitor.welcome') };
  };

  test('[ID-2] who comes without a genuine token is a new visitor, with an id and a token of its own', async () => {
    const first = await connect();
    const forged = await connect({ token: `${first.welcome.visitorId}.AAAA` });
    const id = await connect({ token: first.welcome.visitorId });
    const ids = [first, forged, id].map(({ welcome }) => welcome.visitorId);
    expect(new Set(ids).size).toBe(3);
    for (const { welcome } of [first, forged, id]) {
      expect(welcome).toEqual({
        visitorId: expect.stringMatching(/^v_/),
        token: expect.any(String),
        calls: [],
        state: expect.anything(),
      });
    }
    for (const { peer } of [first, forged, id]) peer.close();
  });

  test('[ID-2] who comes with a token is the visitor it proves, in every tab and at every connection', async () => {
    const { peer, welcome } = await connect();
    const { token, visitorId } = welcome;
    const tab = await connect({ token });
    expect(tab.welcome).toEqual(welcome);
    peer.close();
    tab.peer.close();
    const later = await connect({ token });
    expect(later.welcome).toMatchObject({ visitorId, token });
    later.peer.close();
  });

  test('[ID-2] the welcome tells a tagged visitor who it is', async () => {
    const { peer, welcome } = await connect();
    const { person } = await peer.request('visitor.tag', { email: 'welcome@example.com', labels: ['vip'] });
    peer.close();
    const later = await connect({ token: welcome.token });
    expect(later.welcome.person).toEqual(person);
    expect(person).toEqual({
      email: 'welcome@example.com',
      labels: ['vip'],
      additionalTaggingData: {},
      verified: false,
    });
    later.peer.close();
  });
});

test('[ID-3] visitors, persons and agents’ tokens outlive a restart of the service', async () => {
  const first = await TestService.start();
  const visitor = await Peer.visitor(first.url);
  const { token, visitorId } = await visitor.event('visitor.welcome');
  const { person } = await visitor.request('visitor.tag', { id: 7, email: 'kept@example.com', labels: ['vip'] });
  const { apiKey, agents } = first.demo;
  await first.stop({ keepData: true });
  visitor.close();

  const second = await TestService.start({ data: first.data });
  const back = await Peer.visitor(second.url, { token });
  expect(await back.event('visitor.welcome')).toEqual({
    visitorId,
    token,
    person,
    calls: [],
    state: expect.anything(),
  });
  const agent = await Peer.agent(second.url, agents['agent1@example.com'] ?? '');
  expect(await agent.request('presence.list', {})).toMatchObject([{ visitorId, id: '7', labels: ['vip'] }]);
  expect((await second.rest('GET', 'active-users/7', undefined, apiKey)).status).toBe(200);
  const elsewhere = await Peer.visitor(second.url);
  const again = await elsewhere.request('visitor.tag', { email: 'KEPT@example.com' });
  expect(again.person).toEqual(person);
  for (const peer of [back, agent, elsewhere]) peer.close();
  await second.stop();
});
