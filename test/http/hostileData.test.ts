import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { TwoSites, UNLIMITED } from '#test/gateway/TwoSites.ts';
import { problemOf } from './harness.ts';
import { ask, questionOf, routeNames, strangerIds } from './restCases.ts';
import { granted, type StagedSite, stageSite } from './stagedSite.ts';

let house: TwoSites;
let site: StagedSite;
beforeAll(async () => {
  house = await TwoSites.start({}, UNLIMITED, { WEBHOOK_ALLOW_PRIVATE: '1' });
  site = await stageSite(house, 'demo');
});
afterAll(() => house.stop());

const SCRIPT = `</script><script>alert(1)</script><img src=x onerror="alert('2')">{{7*7}}&amp;\u202e`;

describe('[SAFE-27] script in names and texts comes back as data and nothing else', () => {
  const strings: [RouteName, (text: string) => object, RouteName, (answer: unknown) => unknown][] = [
    ['updateAgent', (name) => ({ name }), 'getAgent', (answer) => (answer as { name: string }).name],
    [
      'updateCustomer',
      (firstname) => ({ firstname }),
      'getCustomer',
      (answer) => (answer as { firstname: string }).firstname,
    ],
    [
      'sendMessage',
      (text) => ({ text }),
      'listMessages',
      (answer) => (answer as { messages: { text: string }[] }).messages.at(-1)?.text,
    ],
    [
      'addNote',
      (text) => ({ text }),
      'listNotes',
      (answer) => (answer as { items: { text: string }[] }).items.at(-1)?.text,
    ],
    [
      'updateCannedAnswer',
      (text) => ({ text }),
      'listCannedAnswers',
      (answer) => (answer as { items: { text: string }[] }).items[0]?.text,
    ],
    ['updateRule', (name) => ({ name }), 'getRule', (answer) => (answer as { name: string }).name],
    ['putSite', (name) => ({ name }), 'getSite', (answer) => (answer as { name: string }).name],
  ];

  test.each(strings)('%s', async (write, body, read, pick) => {
    await granted(house, 'demo', write, site.ids, body(SCRIPT));
    const response = await ask(house.url, questionOf(read, site.ids), house.key('demo'));
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(pick(await response.json())).toBe(SCRIPT);
  });

  test('a title in the widget’s script stays a string of it', async () => {
    const settings = { widget: { texts: { en: { title: '</script><script>alert(1)//' } } } };
    await granted(house, 'demo', 'putSite', site.ids, { settings });
    const response = await fetch(`${house.url}/cdn/js/demo.js`);
    expect([200, 503]).toContain(response.status);
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('[SAFE-28] ten megabytes', () => {
  const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) }));
  const writing = routeNames.filter((name) => (routes[name] as Route).verb !== 'GET');

  const send = (name: RouteName, ids = site.ids) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { verb, path } = questionOf(name, ids);
      const headers = {
        authorization: `Bearer ${house.key('demo')}`,
        'content-type': 'application/json',
        'content-length': BODY.length,
      };
      const sent = request(house.url + path, { method: verb, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end(BODY);
    });

  test('are refused by every route that takes a body, and read by none that takes no body', {
    timeout: 120_000,
  }, async () => {
    for (const name of writing) {
      const { body, auth } = routes[name] as Route;
      const { status, text } = await send(name, strangerIds());
      if (body && auth !== 'agent') expect([name, status], text).toEqual([name, 413]);
      else expect([name, status < 500], text).toEqual([name, true]);
    }
    expect((await fetch(`${house.url}/healthz`)).status).toBe(200);
  });
});

/** Where what is described by a JSON schema may hold keys that nobody reads. */
function looseParts(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const own = type === 'object' && properties && additionalProperties !== false ? [path] : [];
  return [...own, ...Object.entries(schema).flatMap(([key, inner]) => looseParts(inner, `${path}.${key}`))];
}

test('[SAFE-29] no request may hold what nobody reads, but tags, which pages fill in with what they have', () => {
  const loose = Object.entries(routes as Record<string, Route>).flatMap(([name, { body }]) =>
    body ? looseParts(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }), name) : [],
  );
  expect(loose).toEqual(['tagCustomer']);
});

describe('[SAFE-29] settings that make no sense are refused, and the field is named', () => {
  const hours = (openingHours: unknown) => ['putSite', { settings: { openingHours } }] as const;
  const rule = (fields: object) =>
    ['createRule', { name: 'x', conditions: [], actions: [{ type: 'open' }], ...fields }] as const;
  const week = { mon: [{ from: '09:00', to: '17:00' }] };
  const wrong: [string, readonly [RouteName, object], string][] = [
    ['a weekday by another name', hours({ timeZone: 'UTC', week: { monday: week.mon } }), 'week.monday'],
    ['hours that nobody knows', hours({ timeZone: 'UTC', week, exceptions: [] }), 'openingHours.exceptions'],
    ['a span that repeats', hours({ timeZone: 'UTC', week: { mon: [{ ...week.mon[0], every: 2 }] } }), 'mon.0.every'],
    [
      'a holiday’s hours by another name',
      hours({ timeZone: 'UTC', week, holidays: [{ date: '2026-12-25', hour: [] }] }),
      'holidays.0.hour',
    ],
    [
      'the same holiday twice',
      hours({ timeZone: 'UTC', week, holidays: [{ date: '2026-12-25' }, { date: '2026-12-25', hours: [] }] }),
      'openingHours.holidays',
    ],
    [
      'a negation by another name',
      rule({ conditions: [{ type: 'agentOnline', negate: true }] }),
      'conditions.0.negate',
    ],
    ['an action with what another has', rule({ actions: [{ type: 'show', text: 'Hi' }] }), 'actions.0.text'],
    [
      'an offset in another direction',
      ['putSite', { settings: { widget: { offset: { x: 1, y: 1, z: 1 } } } }],
      'offset.z',
    ],
    [
      'files of a type',
      ['putSite', { settings: { chat: { files: { enabled: true, maxBytes: 2048, types: ['*'] } } } }],
      'files.types',
    ],
    [
      'masking by another name',
      [
        'putSite',
        { settings: { cobrowse: { privacy: { maskAll: false, mask: [], unmask: [], block: [], hide: ['.x'] } } } },
      ],
      'privacy.hide',
    ],
    ['a conversation’s team by another name', ['assignConversation', { user: null, taem: 'Sales' }], 'body.taem'],
    ['a person’s user and team', ['assignCustomer', { user: null, team: 'Sales' }], 'body'],
    ['a person’s assignment to nothing', ['assignCustomer', {}], 'body'],
    ['no time zone', hours({ timeZone: 'Mars/Olympus', week: {} }), 'timeZone'],
    ['a time zone with a path', hours({ timeZone: '../../etc/localtime', week: {} }), 'timeZone'],
    ['an empty time zone', hours({ timeZone: '', week: {} }), 'timeZone'],
    ['an end before the begin', hours({ timeZone: 'UTC', week: { mon: [{ from: '18:00', to: '09:00' }] } }), 'mon'],
    ['a 25th hour', hours({ timeZone: 'UTC', week: { mon: [{ from: '09:00', to: '25:00' }] } }), 'mon'],
    ['a day that is none', hours({ timeZone: 'UTC', week: {}, holidays: [{ date: '2026-02-30' }] }), 'holidays'],
    ['a rule that shows and hides', rule({ actions: [{ type: 'show' }, { type: 'hide' }] }), 'actions'],
    ['a rule without an action', rule({ actions: [] }), 'actions'],
    ['a condition that nobody knows', rule({ conditions: [{ type: 'moonPhase' }] }), 'conditions'],
    ['a negative number of seconds', rule({ conditions: [{ type: 'secondsOnPage', seconds: -1 }] }), 'conditions'],
    ['a colour that is a style', ['putSite', { settings: { widget: { color: 'red;}*{display:none' } } }], 'color'],
    [
      'an origin that is a page',
      ['putSite', { settings: { allowedOrigins: ['https://a.example/b'] } }],
      'allowedOrigins',
    ],
    ['a language that is a path', ['putSite', { settings: { language: '../de' } }], 'language'],
    ['a setting that nobody knows', ['putSite', { settings: { widget: { theme: 'dark' } } }], 'theme'],
    ['a webhook with a password', ['createWebhook', { url: 'https://a:b@c.example/', events: ['message.new'] }], 'url'],
    ['a webhook to a file', ['createWebhook', { url: 'file:///etc/passwd', events: ['message.new'] }], 'url'],
  ];

  test.each(wrong)('%s', async (_, [name, body], field) => {
    const before = await granted(house, 'demo', 'getSite', site.ids);
    const response = await ask(house.url, { ...questionOf(name, site.ids), body }, house.key('demo'));
    const problem = await problemOf(response);
    expect([problem.status, problem.code]).toEqual([400, 'INVALID_INPUT']);
    expect(problem.errors?.[0]?.path).toContain(field);
    if (field === 'body') expect(problem.detail).toContain('name either a user or a team');
    expect(await granted(house, 'demo', 'getSite', site.ids)).toEqual(before);
  });
});
