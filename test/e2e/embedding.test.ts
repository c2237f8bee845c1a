import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
const hosts: HostPage[] = [];
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
  await stage.service.rest('PUT', 'site', { settings: { sessionIds: false } });
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => stage.close());

async function host(options: Parameters<typeof HostPage.start>[1]): Promise<HostPage> {
  const page = await HostPage.start(`${stage.service.url}/cdn/js/demo.js`, options);
  hosts.push(page);
  return page;
}

const loaded = (page: Page) => untilTrue(page, 'window.CVLoaded === true');

/** Active users of this email, as the site's own server sees them. */
async function active(email: string): Promise<{ visitorId: string; url: string; title: string; state: string }[]> {
  const { items } = (await (await stage.service.rest('GET', 'active-users')).json()) as {
    items: { email?: string; visitorId: string; url: string; title: string; state: string }[];
  };
  return items.filter((user) => user.email === email);
}

const visitorIdOf = async (email: string) => {
  await expect.poll(() => active(email)).not.toEqual([]);
  return (await active(email))[0]?.visitorId;
};

test('[EMBED-1] calls made on the documented stub run afterwards, in order, and the load hook is called once', async () => {
  const email = 'queued@example.com';
  const { url } = await host({
    head: `<script>
      window.CV = { q: [] };
      CV.q.push(['user.tag', { email: '${email}', firstname: 'First' }]);
      CV.q.push(['user.tag', { firstname: 'Second' }, (person) => (window.answer = person)]);
      CV.q.push(() => (window.ran = true));
      window.hooks = 0;
      if (!window.CVLoaded) window.CVLoaded = () => window.hooks++; else window.hooks++;
    </script>`,
  });
  const page = await stage.person();
  await page.goto(url);
  await untilTrue(page, 'window.answer');
  expect(await page.evaluate('[answer.email, answer.firstname, ran, hooks, CVLoaded]')).toEqual([
    email,
    'Second',
    true,
    1,
    true,
  ]);
});

test('[HTTP-41] loaded once more by a page that routes by itself, the script changes nothing and answers who waits', async () => {
  const email = 'again@example.com';
  const page = await stage.load(await stage.person());
  await page.evaluate(`CV.user.tag({ email: '${email}' })`);
  const visitorId = await visitorIdOf(email);
  await part(page, 'launcher').waitFor();
  const again = await page.evaluate(`new Promise((resolve) => {
    const first = window.CV;
    const script = document.createElement('script');
    script.src = document.querySelector('script[src*="/cdn/js/"]').src;
    window.CVLoaded = () => resolve([first === window.CV, document.querySelectorAll('coview-widget').length]);
    document.head.append(script);
  })`);
  expect(again).toEqual([true, 1]);
  expect(await page.evaluate('CVLoaded')).toBe(true);
  expect(await active(email)).toMatchObject([{ visitorId }]);
});

test('[EMBED-2] callbacks and promises tell the same; failures carry a code', async () => {
  const page = await stage.person();
  await page.goto((await host({})).url);
  await loaded(page);
  const [viaCallback, viaPromise] = (await page.evaluate(
    `new Promise((resolve) => { const p = CV.user.tag({ firstname: 'Ada' }, (person) => p.then((same) => resolve([person, same]))) })`,
  )) as unknown[];
  expect(viaCallback).toEqual(viaPromise);
  const failures = await page.evaluate(
    `Promise.all([
      CV.user.list().catch(({ code }) => code),
      new Promise((resolve) => CV.user.tag({ email: 7 }, () => resolve('no error'), ({ code }) => resolve(code)).catch(() => {})),
      CV.rest.auth('agent1@example.com', 'wrong').catch(({ code }) => code),
      CV.calling.startScreen('v_nobody').ready.catch(({ code }) => code),
    ])`,
  );
  expect(failures).toEqual(['UNAUTHENTICATED', 'INVALID_INPUT', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
});

test('[EMBED-3] a page change keeps the visitor, and what the page is now is told live', async () => {
  const email = 'walks@example.com';
  const { url } = await host({});
  const page = await stage.person();
  await page.goto(url);
  await loaded(page);
  await page.evaluate(`CV.user.tag({ email: '${email}' })`);
  const before = await visitorIdOf(email);
  await page.goto(`${url}basket`);
  await expect
    .poll(() => active(email))
    .toMatchObject([{ visitorId: before, url: `${url}basket`, title: 'Shop /basket' }]);
  await page.evaluate(`history.pushState({}, '', '/paid'); document.title = 'Thank you'`);
  await expect.poll(() => active(email)).toMatchObject([{ visitorId: before, url: `${url}paid`, title: 'Thank you' }]);
});

test('[EMBED-4] a closed tab is gone from the list', async () => {
  const email = 'leaves@example.com';
  const page = await stage.visitor({ email });
  await visitorIdOf(email);
  await page.close();
  await expect.poll(() => active(email)).toEqual([]);
});

test('[EMBED-5] the visitor id outlives the browser window, unless the site uses session-based ids', async () => {
  const email = 'stays@example.com';
  const { url } = await host({});
  const person = await stage.person();
  await person.goto(url);
  await loaded(person);
  await person.evaluate(`CV.user.tag({ email: '${email}' })`);
  const first = await visitorIdOf(email);
  const window = await person.context().newPage();
  await person.close();
  await window.goto(url);
  await expect.poll(() => active(email)).toMatchObject([{ visitorId: first }]);

  await stage.service.rest('PUT', 'site', { settings: { sessionIds: true } });
  const other = await stage.person();
  await other.goto(url);
  await loaded(other);
  await other.evaluate(`CV.user.tag({ email: 'session@example.com' })`);
  const session = await visitorIdOf('session@example.com');
  await other.reload();
  await expect.poll(() => active('session@example.com')).toMatchObject([{ visitorId: session }]);
  const fresh = await other.context().newPage();
  await fresh.goto(url);
  await loaded(fresh);
  await fresh.evaluate(`CV.user.tag({ email: 'fresh@example.com' })`);
  expect(await visitorIdOf('fresh@example.com')).not.toBe(session);
});

test('[EMBED-6] a host page that clears its storage does not make the visitor somebody else', async () => {
  await stage.service.rest('PUT', 'site', { settings: { sessionIds: true } });
  const email = 'cleared@example.com';
  const { url } = await host({});
  const page = await stage.person();
  await page.goto(url);
  await loaded(page);
  await page.evaluate(`CV.user.tag({ email: '${email}' })`);
  const before = await visitorIdOf(email);
  await page.evaluate('sessionStorage.clear(); localStorage.clear()');
  await page.reload();
  await expect.poll(() => active(email)).toMatchObject([{ visitorId: before }]);
});

test('[EMBED-7] reset makes the browser a new visitor in all its tabs, and ends a call under way', async () => {
  const { visitor, agent, email } = await stage.call();
  const second = await visitor.context().newPage();
  await second.goto(stage.host.url);
  await loaded(second);
  await part(second, 'mirror-notice').waitFor();
  const listed = () => agent.evaluate('CV.user.list().then((users) => users.map(({ email }) => email))');
  expect(await listed()).toContain(email);
  await visitor.evaluate('CV.user.reset()');
  await untilTrue(agent, `call.state === 'ended'`);
  await part(second, 'mirror-notice').waitFor({ state: 'detached' });
  await expect.poll(listed).not.toContain(email);
  const tagged = await visitor.evaluate(`CV.user.tag({ firstname: 'New' })`);
  expect(tagged).not.toHaveProperty('email');
});

test('[EMBED-8] a strict Content-Security-Policy is kept: no inline script or style, no eval', async () => {
  const origin = stage.service.url;
  const { url } = await host({
    csp: `default-src 'none'; script-src ${origin}; connect-src ${origin} ${origin.replace('http', 'ws')}`,
  });
  const page = await stage.person(
    `window.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))`,
  );
  const [agent] = await Promise.all([stage.agent(), page.goto(url)]);
  await loaded(page);
  await page.evaluate(`CV.user.tag({ email: 'strict@example.com' })`);
  await stage.start(agent, 'strict@example.com');
  await part(page, 'accept').waitFor();
  expect(await page.evaluate('violations')).toEqual([]);
  // Its styles were let in: without them the sheet would have no width of its own.
  const consent = await part(page, 'consent').boundingBox();
  expect(consent?.width).toBeLessThan(600);
  expect(consent?.height).toBeGreaterThan(150);
});

test('[LOAD-3] a policy that has the server for scripts and for the socket alone is enough', async () => {
  const origin = stage.service.url;
  const { url } = await host({ csp: `script-src ${origin}; connect-src ${origin.replace('http', 'ws')}` });
  const page = await stage.person();
  await page.goto(url);
  await loaded(page);
  await part(page, 'launcher').click();
  await part(page, 'panel').waitFor();
});

test('[EMBED-9] a page of an origin that the site does not allow is refused, and its developer reads why', async () => {
  await stage.service.rest('PUT', 'site', { settings: { allowedOrigins: ['https://only.example'] } });
  const { url } = await host({});
  const page = await stage.person();
  const complaint = page.waitForEvent('console', (message) => message.text().includes('may not connect'));
  await page.goto(url);
  expect((await complaint).text()).toContain('allowedOrigins');
  await stage.service.rest('PUT', 'site', {
    settings: { allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'] },
  });
});
