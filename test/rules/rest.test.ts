import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rule } from '#protocol/rules.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite, type SecondSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
let theirs: SecondSite;
beforeAll(async () => {
  const first = await TestService.start();
  await first.stop({ keepData: true });
  theirs = await addSite(first.data, 'theirs');
  service = await TestService.start({ data: first.data });
});
afterAll(() => service.stop());
beforeEach(async () => {
  await call('POST', 'action-rules/import', { version: 1, rules: [], replace: true });
  await call('PUT', 'webchat/visibility', { visibility: 'visible' });
});

interface Answer {
  status: number;
  body: Rule & { items: Rule[]; code: string; visibility: string; errors: unknown };
}

async function call(verb: string, path: string, body?: unknown, secret?: string): Promise<Answer> {
  const response = await service.rest(verb, path, body, secret);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const show = { type: 'show' };
const rule = (name: string, more: object = {}) => ({ name, conditions: [], actions: [show], ...more });
const names = ({ body }: Answer) => body.items.map(({ name }) => name);
const create = async (name: string, more?: object) => (await call('POST', 'action-rules', rule(name, more))).body;

describe('[RULE-2] action rules by REST', () => {
  test('are listed by position, then age', async () => {
    await create('c', { position: 2 });
    await create('a', { position: 1 });
    await create('b', { position: 1 });
    await create('first');
    expect(names(await call('GET', 'action-rules'))).toEqual(['first', 'a', 'b', 'c']);
  });

  test('keep their order over a restart', async () => {
    for (const name of ['b', 'a', 'c']) await create(name);
    await service.stop({ keepData: true });
    service = await TestService.start({ data: service.data });
    expect(names(await call('GET', 'action-rules'))).toEqual(['b', 'a', 'c']);
  });

  test('are made, read, changed in part, and removed', async () => {
    const conditions = [
      { type: 'url', pattern: ' *cart* ' },
      { type: 'agentOnline', not: true },
    ];
    const made = await call('POST', 'action-rules', rule('Cart', { conditions }));
    expect(made).toMatchObject({ status: 201, body: { enabled: true, position: 0 } });
    const path = `action-rules/${made.body.id}`;
    expect((await call('GET', path)).body).toEqual({
      ...made.body,
      conditions: [
        { type: 'url', pattern: '*cart*', not: false },
        { type: 'agentOnline', not: true },
      ],
    });
    const changed = await call('PATCH', path, { enabled: false, position: 7 });
    expect(changed.body).toEqual({ ...made.body, enabled: false, position: 7 });
    expect((await call('DELETE', path)).status).toBe(204);
    for (const verb of ['GET', 'DELETE']) expect((await call(verb, path)).body.code).toBe('NOT_FOUND');
    expect((await call('PATCH', path, { enabled: true })).body.code).toBe('NOT_FOUND');
  });

  test.each([
    ['no action', { actions: [] }],
    ['to show and hide in one', { actions: [show, { type: 'hide' }] }],
    ['an unknown condition', { conditions: [{ type: 'moonPhase' }] }],
    ['an unknown action', { actions: [{ type: 'eval', text: 'alert(1)' }] }],
    ['an unknown field', { script: 'x' }],
    ['too many conditions', { conditions: Array(21).fill({ type: 'agentOnline' }) }],
    ['seconds that are no number', { conditions: [{ type: 'secondsOnPage', seconds: '5' }] }],
    ['half a second', { conditions: [{ type: 'secondsOnPage', seconds: 0.5 }] }],
    ['zero visits', { conditions: [{ type: 'visits', count: 0 }] }],
    ['a blank name', { name: ' \n ' }],
    ['a blank greeting', { actions: [{ type: 'greet', text: ' ' }] }],
    ['a negative position', { position: -1 }],
  ])('refuse %s', async (_, wrong) => {
    expect((await call('POST', 'action-rules', { ...rule('x'), ...wrong })).body.code).toBe('INVALID_INPUT');
    const { id } = await create('good');
    expect((await call('PATCH', `action-rules/${id}`, wrong)).body.code).toBe('INVALID_INPUT');
    expect(names(await call('GET', 'action-rules'))).toEqual(['good']);
  });

  test('[RULE-3] may contradict each other; script in their texts stays text', async () => {
    const greet = { type: 'greet', text: '<img src=x onerror=alert(1)>' };
    const offer = { type: 'offerCobrowse' };
    await create('<script>alert(1)</script>', { actions: [show, greet, offer] });
    await create('hides', { actions: [{ type: 'hide' }] });
    const { items } = (await call('GET', 'action-rules')).body;
    expect(items[0]).toMatchObject({ name: '<script>alert(1)</script>', actions: [show, greet, offer] });
    expect(items).toHaveLength(2);
  });

  test('[RULE-4] are at most 200 a site', async () => {
    const many = Array.from({ length: 200 }, (_, index) => rule(`${index}`));
    expect((await call('POST', 'action-rules/import', { version: 1, rules: many })).status).toBe(201);
    expect((await call('POST', 'action-rules', rule('one more'))).body.code).toBe('CONFLICT');
    const more = { version: 1, rules: [rule('one more')] };
    expect((await call('POST', 'action-rules/import', more)).body.code).toBe('CONFLICT');
    expect(names(await call('GET', 'action-rules'))).toEqual(many.map(({ name }) => name));
    expect(names(await call('POST', 'action-rules/import', { ...more, replace: true }))).toEqual(['one more']);
  });

  test('[RULE-4] are together at most 64 KiB: what is too much changes nothing', async () => {
    const long = (count: number) => ({ actions: Array(count).fill({ type: 'greet', text: 'x'.repeat(1000) }) });
    for (let count = 0; count < 6; count++) await create(`${count}`, long(10));
    expect((await call('POST', 'action-rules', rule('too much', long(10)))).body.code).toBe('CONFLICT');
    const rules = [rule('too much', long(10))];
    expect((await call('POST', 'action-rules/import', { version: 1, rules })).body.code).toBe('CONFLICT');
    const { id } = await create('short');
    expect((await call('PATCH', `action-rules/${id}`, long(10))).body.code).toBe('CONFLICT');
    expect((await call('GET', `action-rules/${id}`)).body.actions).toEqual([show]);
    const { body: exported } = await call('GET', 'action-rules/export');
    expect((await call('POST', 'action-rules/import', { ...exported, replace: true })).status).toBe(201);
  });

  test('another site’s do not exist', async () => {
    const { id } = await create('mine');
    expect(names(await call('GET', 'action-rules', undefined, theirs.apiKey))).toEqual([]);
    for (const [verb, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
      expect((await call(verb, `action-rules/${id}`, body, theirs.apiKey)).body.code).toBe('NOT_FOUND');
    }
    await call('POST', 'action-rules/import', { version: 1, rules: [], replace: true }, theirs.apiKey);
    expect(names(await call('GET', 'action-rules'))).toEqual(['mine']);
  });
});

describe('[RULE-5] export and import', () => {
  test('bring the same rules in the same order under new ids', async () => {
    await create('second', { position: 1, enabled: false });
    await create('first', { conditions: [{ type: 'visits', count: 2 }] });
    await create('third', { position: 1 });
    const exported = await call('GET', 'action-rules/export');
    expect(exported.body).toMatchObject({ version: 1 });
    expect(JSON.stringify(exported.body)).not.toContain('"id"');
    const imported = await call('POST', 'action-rules/import', exported.body, theirs.apiKey);
    expect(names(imported)).toEqual(['first', 'second', 'third']);
    expect((await call('GET', 'action-rules/export', undefined, theirs.apiKey)).body).toEqual(exported.body);
    await call('POST', 'action-rules/import', { version: 1, rules: [], replace: true }, theirs.apiKey);
  });

  test('add to what is there, or with replace take its place', async () => {
    await create('old');
    const rules = [rule('new'), rule('newer')];
    expect(names(await call('POST', 'action-rules/import', { version: 1, rules }))).toEqual(['old', 'new', 'newer']);
    const replaced = await call('POST', 'action-rules/import', { version: 1, rules, replace: true });
    expect(names(replaced)).toEqual(['new', 'newer']);
  });

  test.each([
    ['one wrong rule', { version: 1, rules: [rule('a'), rule('b', { actions: [] })] }],
    ['another version', { version: 2, rules: [rule('a')] }],
    ['no version', { rules: [rule('a')] }],
    ['more than 200', { version: 1, rules: Array(201).fill(rule('a')) }],
    ['no rules', { version: 1 }],
  ])('change nothing if there is %s', async (_, wrong) => {
    await create('old');
    expect((await call('POST', 'action-rules/import', { ...wrong, replace: true })).body.code).toBe('INVALID_INPUT');
    expect(names(await call('GET', 'action-rules'))).toEqual(['old']);
  });
});

describe('[RULE-6] visibility by REST', () => {
  test.each(['hidden', 'rules', 'visible'])('%s', async (visibility) => {
    expect((await call('PUT', 'webchat/visibility', { visibility })).body).toEqual({ visibility });
    expect((await call('GET', 'webchat/visibility')).body).toEqual({ visibility });
  });

  test('nothing else is taken', async () => {
    for (const visibility of ['on', true, null, 'VISIBLE']) {
      expect((await call('PUT', 'webchat/visibility', { visibility })).body.code).toBe('INVALID_INPUT');
    }
  });

  test('an agent who is no admin may change neither it nor the rules', async () => {
    const token = service.token('agent2@example.com');
    const put = await call('PUT', 'webchat/visibility', { visibility: 'hidden' }, token);
    const post = await call('POST', 'action-rules', rule('x'), token);
    expect([put.body.code, post.body.code]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

test('[RULE-7] every change stands in the audit log', async () => {
  const { id } = await create('Audited');
  await call('PATCH', `action-rules/${id}`, { enabled: false });
  await call('DELETE', `action-rules/${id}`);
  const { body } = await call('GET', `audit?subject=${id}`);
  expect(body.items).toMatchObject(
    ['rule.deleted', 'rule.changed', 'rule.created'].map((action) => ({ action, actor: 'site' })),
  );
  await call('PUT', 'webchat/visibility', { visibility: 'hidden' });
  expect((await call('GET', 'audit?limit=1')).body.items).toMatchObject([
    { action: 'visibility.changed', detail: { visibility: 'hidden' } },
  ]);
});

test('[RULE-14] a visitor’s page asks for the state and hears every change', async () => {
  const visitor = await Peer.visitor(service.url);
  expect(await visitor.request('site.state', {})).toMatchObject({ visibility: 'visible', rules: [] });
  await create('Always');
  await call('PUT', 'webchat/visibility', { visibility: 'rules' });
  const { state } = await visitor.event('site.changed', (event) => event.state.visibility === 'rules');
  expect(state.rules).toMatchObject([{ conditions: [], actions: [show] }]);
  expect(await visitor.request('site.state', {})).toEqual(state);
  visitor.close();
});
