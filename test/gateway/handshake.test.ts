import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CvError, errorCodes } from '#protocol/errors.ts';
import { Handshake } from '#protocol/identity.ts';
import { newId } from '#protocol/newId.ts';
import { mutated } from '#test/sfu/hostile.ts';
import { Peer, page } from '#test/support/Peer.ts';
import { TwoSites } from './TwoSites.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 150);
const timeout = 60_000 + numRuns * 100;
const transports = [['websocket'], ['polling']];

let house: TwoSites;
let honest: { email: string; token: string };
beforeAll(async () => {
  house = await TwoSites.start();
  honest = await house.newAgent('demo');
});
afterAll(() => house.stop());

type Auth = Record<string, unknown>;

/** Why the server does not let this page in; throws if it does. `site` is the one in the address. */
async function refused(auth: Auth, options: Record<string, unknown> = {}): Promise<CvError> {
  const connecting = Peer.connect(house.url, auth, options);
  const outcome = await connecting.catch((error: CvError) => error);
  if (!(outcome instanceof Peer)) return outcome;
  outcome.close();
  throw new Error(`let in: ${JSON.stringify(auth)}`);
}

/** Who was refused is nobody on any site. */
async function expectNobodyElse(act: () => Promise<void>): Promise<void> {
  const present = async () => {
    const text = await (await fetch(`${house.url}/metrics`)).text();
    return Number(/^coview_visitors (\d+)$/m.exec(text)?.[1]);
  };
  const before = await present();
  await act();
  // Those of earlier tests may have left meanwhile.
  expect(await present()).toBeLessThanOrEqual(before);
}

const agentAuth = (auth: Auth): Auth => ({ role: 'agent', site: 'demo', tab: newId('t'), ...auth });
const visitorAuth = (auth: Auth = {}): Auth => ({ role: 'visitor', site: 'demo', tab: newId('t'), page, ...auth });

describe.each(transports)(
  '[SAFE-8] over %s, an agent’s page is let in with the agent’s own live token alone',
  (transport) => {
    const options = { transports: [transport] };

    async function expectUnauthenticated(auth: Auth): Promise<void> {
      await expectNobodyElse(async () => {
        const error = await refused(agentAuth(auth), options);
        expect(error).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('token') });
      });
    }

    test('a good one is', async () => {
      const peer = await Peer.connect(house.url, agentAuth(honest), options);
      expect((await peer.event('agent.welcome')).agent.email).toBe(honest.email);
      peer.close();
    });

    test.each([
      'x',
      'null',
      '../',
      "' OR 1=1 --",
      '\0',
      `cvu_${'A'.repeat(43)}`,
      `cvk_${'A'.repeat(43)}`,
      'é'.repeat(200),
    ])('not with %j', (token) => expectUnauthenticated({ token }));

    test('not with a visitor’s token', async () => {
      const visitor = await house.visitor();
      await expectUnauthenticated({ token: (await visitor.event('visitor.welcome')).token });
      visitor.close();
    });

    test('not with the site’s API key', () => expectUnauthenticated({ token: house.key('demo') }));

    test('not with a token cut short or changed in one letter', async () => {
      const { token } = honest;
      await expectUnauthenticated({ token: token.slice(0, -1) });
      await expectUnauthenticated({ token: `${token} ` });
      await expectUnauthenticated({ token: token.slice(0, 10) + (token[10] === 'A' ? 'B' : 'A') + token.slice(11) });
    });

    test('not with another agent’s token', async () => {
      const { token } = await house.newAgent('demo');
      await expectUnauthenticated({ token, email: honest.email });
    });

    test('not with another site’s token', async () => {
      const { email, token } = await house.newAgent('other');
      await expectUnauthenticated({ token });
      await expectUnauthenticated({ token, email });
    });

    test('not after the agent was deactivated, its tokens revoked, or it was removed', async () => {
      for (const [verb, path, body] of [
        ['PATCH', '', { active: false }],
        ['DELETE', '/token', undefined],
        ['DELETE', '', undefined],
      ] as const) {
        const { email, token } = await house.newAgent('demo');
        const live = await Peer.connect(house.url, agentAuth({ token }), options);
        const response = await house.service.rest(verb, `agents/${email}${path}`, body);
        expect(response.ok).toBe(true);
        await live.ended();
        await expectUnauthenticated({ token });
      }
    });
  },
);

describe.each(transports)(
  '[SAFE-9] over %s, a forged visitor token makes a new visitor, never the claimed one',
  (transport) => {
    const options = { transports: [transport] };

    async function victim(site: 'demo' | 'other' = 'demo') {
      const peer = await house.visitor(site);
      await peer.request('visitor.tag', { email: `${crypto.randomUUID()}@example.com`, firstname: 'Secret' });
      return { peer, ...(await peer.event('visitor.welcome')) };
    }

    async function expectNewVisitor(token: string, claimed: string): Promise<void> {
      const forger = await Peer.connect(house.url, visitorAuth({ token }), options);
      const welcome = await forger.event('visitor.welcome');
      expect(welcome.visitorId).not.toBe(claimed);
      expect(welcome.token).not.toBe(token);
      expect(welcome.person).toBeUndefined();
      forger.close();
    }

    test('a genuine one is recognised', async () => {
      const { peer, token, visitorId } = await victim();
      const again = await Peer.connect(house.url, visitorAuth({ token }), options);
      expect(await again.event('visitor.welcome')).toMatchObject({ visitorId, token, person: { firstname: 'Secret' } });
      for (const each of [peer, again]) each.close();
    });

    test('one of another site', async () => {
      const { peer, token, visitorId } = await victim('other');
      await expectNewVisitor(token, visitorId);
      peer.close();
    });

    test('one with another signature, with none, or with another id before its signature', async () => {
      const { peer, token, visitorId } = await victim();
      const own = await victim();
      const [, signature = ''] = token.split('.');
      const [, ownSignature = ''] = own.token.split('.');
      const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
      for (const forged of ['', flipped, ownSignature, signature.slice(0, -2), `${signature}AA`, '.', 'null', '\0']) {
        await expectNewVisitor(`${visitorId}.${forged}`, visitorId);
      }
      await expectNewVisitor(visitorId, visitorId);
      await expectNewVisitor(`${own.visitorId}.${signature}`, own.visitorId);
      for (const each of [peer, own.peer]) each.close();
    });

    test('one changed anywhere', { timeout }, async () => {
      const { peer, token, visitorId } = await victim();
      // The last letter of a signature carries bits that mean nothing.
      const places = fc.tuple(fc.nat({ max: token.length - 2 }), fc.constantFrom(...'AZaz09-_.'));
      const property = fc.asyncProperty(places, async ([at, letter]) => {
        fc.pre(token[at] !== letter);
        await expectNewVisitor(token.slice(0, at) + letter + token.slice(at + 1), visitorId);
      });
      await fc.assert(property, { numRuns: Math.ceil(numRuns / 5) });
      peer.close();
    });
  },
);

describe.each(transports)(
  '[SAFE-10] over %s, a malformed handshake is refused with a code and the field’s name',
  (transport) => {
    const options = { transports: [transport] };

    test.each([
      ['no role', { role: undefined }, 'role'],
      ['another role', { role: 'admin' }, 'role'],
      ['no tab', { tab: undefined }, 'tab'],
      ['a tab of another form', { tab: 't_1' }, 'tab'],
      ['no page', { page: undefined }, 'page'],
      ['a page without an address', { page: { ...page, url: undefined } }, 'page.url'],
      ['a page that is a list', { page: [] }, 'page'],
      ['a token that is an object', { token: { $ne: '' } }, 'token'],
      ['a token of any length', { token: 'x'.repeat(300) }, 'token'],
      ['a call of another form', { sharing: 'c_1' }, 'sharing'],
      ['an agent without a token', { role: 'agent' }, 'token'],
      ['an agent whose email is none', { role: 'agent', token: 'x', email: 'x' }, 'email'],
    ])('%s', async (_what, part, field) => {
      await expectNobodyElse(async () => {
        const error = await refused({ ...visitorAuth(), ...part }, options);
        expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(field) });
      });
    });

    test.each([undefined, null, '', 'Demo', 'demo ', '../demo', ['demo'], { id: 'demo' }, 'x'.repeat(41)])(
      'the site %j',
      async (site) => {
        const error = await refused({ ...visitorAuth(), site }, { ...options, query: { site: 'demo' } });
        expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('site') });
      },
    );

    test('a site that does not exist is NOT_FOUND', async () => {
      for (const auth of [visitorAuth({ site: 'nowhere' }), agentAuth({ site: 'nowhere', token: honest.token })]) {
        const error = await refused(auth, options);
        expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('nowhere') });
      }
    });

    test.each([{}, { site: 'other' }, { site: '' }, { site: 'demo,other' }, { 'site[]': 'demo' }])(
      'an address that does not name the site of the handshake: %j',
      async (query) => {
        for (const auth of [visitorAuth(), agentAuth({ token: honest.token })]) {
          const error = await refused(auth, { ...options, query });
          expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('same site') });
        }
      },
    );
  },
);

test('[SAFE-10] whatever a handshake holds, it is let in as it may or refused with a code', { timeout }, async () => {
  const good = [visitorAuth({ token: 'x', sharing: newId('c') }), agentAuth({ ...honest })];
  const property = fc.asyncProperty(mutated(...good), async (auth) => {
    fc.pre(typeof auth === 'object' && auth !== null && !Array.isArray(auth));
    const seen = JSON.parse(JSON.stringify(auth)) as Auth;
    const parsed = Handshake.safeParse(seen);
    const connecting = Peer.connect(house.url, { tab: undefined, ...seen }, { query: { site: 'demo' } });
    const outcome = await connecting.catch((error: CvError) => error);
    if (outcome instanceof Peer) {
      expect(parsed.success).toBe(true);
      outcome.close();
      return;
    }
    expect(errorCodes).toContain(outcome.code);
    expect(outcome.message.length).toBeGreaterThan(10);
    if (!parsed.success) expect(outcome.code).toBe('INVALID_INPUT');
    else expect(['UNAUTHENTICATED', 'INVALID_INPUT']).toContain(outcome.code);
  });
  await fc.assert(property, { numRuns });
});
