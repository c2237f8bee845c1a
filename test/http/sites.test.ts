import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { newId } from '#protocol/newId.ts';
import { TwoSites, UNLIMITED } from '#test/gateway/TwoSites.ts';
import { ask, questionOf, type RestIds, routeNames, strangerIds } from './restCases.ts';
import { granted, type StagedSite, stageSite } from './stagedSite.ts';

let house: TwoSites;
let own: StagedSite;
let foreign: StagedSite;
/** Somebody of the demo site whom only another agent may see, and who is on the site. */
let hidden: StagedSite;
let secrets: Record<'API key' | 'admin' | 'agent', string>;
/** Whose token the agent's is. */
let asking: string;

beforeAll(async () => {
  house = await TwoSites.start({}, UNLIMITED, { WEBHOOK_ALLOW_PRIVATE: '1' });
  [own, foreign, hidden] = await Promise.all([
    stageSite(house, 'demo'),
    stageSite(house, 'other'),
    stageSite(house, 'demo'),
  ]);
  await granted(house, 'demo', 'assignCustomer', hidden.ids, { user: hidden.ids.agent });
  const agent = await house.newAgent('demo');
  asking = agent.email;
  secrets = {
    'API key': house.key('demo'),
    admin: (await house.newAgent('demo', 'admin')).token,
    agent: agent.token,
  };
});
afterAll(() => house.stop());

const routeOf = (name: RouteName): Route => routes[name];

/** Ids that a request of the route names. */
const namedBy = (name: RouteName): (keyof RestIds)[] => {
  const ids = strangerIds();
  const question = decodeURIComponent(JSON.stringify(questionOf(name, ids)).replaceAll('+', ' '));
  return (Object.keys(ids) as (keyof RestIds)[]).filter((key) => key !== 'target' && question.includes(ids[key]));
};

/** `tagCustomer` makes a person of the caller's own site, whatever email is named. */
const naming = routeNames.filter((name) => namedBy(name).length > 0 && name !== 'tagCustomer');

/** The answer, with the ids that were asked for taken out. */
async function seen(name: RouteName, secret: string, asked: RestIds): Promise<string> {
  const response = await ask(house.url, questionOf(name, asked), secret);
  let text = `${response.status} ${await response.text()}`;
  for (const [key, id] of Object.entries(asked)) text = text.replaceAll(id, `<${key}>`);
  return text;
}

/** Whatever of a site can be read, except who asked when. */
async function everythingOf({ ids }: StagedSite, site: 'demo' | 'other'): Promise<string[]> {
  const reads = routeNames.filter((name) => routeOf(name).verb === 'GET' && name !== 'listAudit');
  const texts = reads.map(async (name) => {
    const response = await ask(house.url, questionOf(name, ids), house.key(site));
    const text = await response.text();
    return `${name} ${response.status} ${text.replace(/"exportedAt":"[^"]*"/, '').replace(/"audit":\[.*\]/s, '')}`;
  });
  return Promise.all(texts);
}

test('[SAFE-24] what is attacked is found in the contract: every route that names something', () => {
  expect(naming.length).toBeGreaterThan(30);
  expect(naming).toEqual(expect.arrayContaining(['getCustomer', 'deleteNote', 'retryDelivery', 'createAgentUrl']));
});

describe('[SAFE-24] an id of another site is answered as one that does not exist', () => {
  test('by every route, to every kind of caller, and nothing of the other site changes', async () => {
    const before = await everythingOf(foreign, 'other');
    for (const name of naming) {
      for (const [who, secret] of Object.entries(secrets)) {
        const answer = await seen(name, secret, { ...foreign.ids });
        expect(`${who}: ${answer}`, name).toBe(`${who}: ${await seen(name, secret, strangerIds())}`);
        expect(answer, name).toMatch(/^(40[134]|200 \{"items":\[\]\})/);
      }
    }
    expect(await everythingOf(foreign, 'other')).toEqual(before);
  });

  const mixed = naming.flatMap((name) => namedBy(name).map((key) => [name, key] as const));

  test.each(mixed.filter(([name]) => namedBy(name).length > 1))(
    '%s with a foreign %s among own ids',
    async (name, key) => {
      const before = await everythingOf(foreign, 'other');
      const secret = secrets['API key'];
      const answers = [foreign.ids, strangerIds()].map((ids) => seen(name, secret, { ...own.ids, [key]: ids[key] }));
      const [answer, unknown] = await Promise.all(answers);
      expect(answer).toBe(unknown);
      expect(answer).toMatch(/^404/);
      expect(await everythingOf(foreign, 'other')).toEqual(before);
    },
  );

  test('no list of one site holds anything of another', async () => {
    const marks = Object.entries(foreign.ids).filter(([key]) => key !== 'target');
    for (const name of routeNames.filter((each) => routeOf(each).verb === 'GET')) {
      for (const secret of Object.values(secrets)) {
        const response = await ask(house.url, questionOf(name, own.ids), secret);
        const text = await response.text();
        for (const [key, mark] of marks) expect(text.includes(mark), `${name} tells of ${key}`).toBe(false);
      }
    }
  });
});

describe('[SAFE-25] what an agent may not see does not exist for that agent', () => {
  const open = naming.filter((name) => ['any', 'agent'].includes(routeOf(name).auth));
  const personal: (keyof RestIds)[] = ['email', 'visitorId', 'customerId', 'conversationId', 'noteId', 'callId'];
  const about = open.filter((name) => namedBy(name).some((key) => personal.includes(key)));
  const onlyPersonal = (ids: RestIds): RestIds => ({
    ...own.ids,
    agent: asking,
    ...Object.fromEntries(personal.map((key) => [key, ids[key]])),
  });

  test('by every route, and nothing of it changes', async () => {
    expect(about.length).toBeGreaterThan(10);
    const before = await everythingOf(hidden, 'demo');
    for (const name of about) {
      const answer = await seen(name, secrets.agent, onlyPersonal(hidden.ids));
      expect(answer, name).toBe(await seen(name, secrets.agent, onlyPersonal(strangerIds())));
      expect(answer, name).toMatch(/^(404|200 \{"items":\[\]\})/);
    }
    expect(await everythingOf(hidden, 'demo')).toEqual(before);
  });

  test('it is in no list, and the agent in charge and admins do see it', async () => {
    const { conversationId, email } = hidden.ids;
    for (const path of ['conversations?limit=200', 'customers?limit=200', 'active-users', 'calls?limit=200']) {
      const text = async (secret: string) => (await house.service.rest('GET', path, undefined, secret)).text();
      const told = (answer: string) =>
        [conversationId, email, hidden.ids.visitorId].some((mark) => answer.includes(mark));
      expect([path, told(await text(secrets.agent))]).toEqual([path, false]);
      expect([path, told(await text(hidden.token))]).toEqual([path, true]);
      if (!path.startsWith('calls')) expect([path, told(await text(secrets.admin))]).toEqual([path, true]);
    }
  });
});

describe('[SAFE-26] who shows nothing valid gets nothing', () => {
  const bad: [string, () => string | Promise<string>][] = [
    ['a made-up user token', () => `cvu_${'A'.repeat(43)}`],
    ['a made-up API key', () => `cvk_${'A'.repeat(43)}`],
    ['an unsigned JWT', () => `${encoded({ alg: 'none' })}.${encoded({ sub: own.ids.agent, role: 'admin' })}.`],
    ['a visitor’s token', async () => (await own.visitor.event('visitor.welcome')).token],
    ['an expired token', () => storedToken(Date.now() - 1)],
    ['a revoked token', () => revokedToken()],
    ['a token of an agent who was deactivated', () => deactivatedToken()],
    ['an API key cut short', () => secrets['API key'].slice(0, -1)],
  ];

  test.each(bad)('%s', async (_, make) => {
    const secret = await make();
    for (const name of routeNames.filter((each) => routeOf(each).auth !== 'none')) {
      const response = await ask(house.url, questionOf(name, own.ids), secret);
      expect([name, response.status]).toEqual([name, 401]);
      expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  async function storedToken(expiresAt: number): Promise<string> {
    const { store } = house.service.coview;
    const { id: agentId } = await granted(house, 'demo', 'getAgent', own.ids);
    const { hashSecret, newSecret } = await import('#signaling/identity/secrets.ts');
    const secret = newSecret('cvu');
    const site = 'demo' as Parameters<typeof store.tokens.create>[0]['site'];
    await store.tokens.create({ id: newId('tk'), site, agentId, hash: hashSecret(secret), createdAt: 1, expiresAt });
    return secret;
  }

  async function revokedToken(): Promise<string> {
    const { email, token } = await house.newAgent('demo');
    expect((await house.service.rest('GET', 'agents', undefined, token)).status).toBe(200);
    await house.service.rest('DELETE', `agents/${email}/token`);
    return token;
  }

  async function deactivatedToken(): Promise<string> {
    const { email, token } = await house.newAgent('demo');
    expect((await house.service.rest('GET', 'agents', undefined, token)).status).toBe(200);
    await house.service.rest('PATCH', `agents/${email}`, { active: false });
    return token;
  }
});
