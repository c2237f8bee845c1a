import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { BuiltSite } from '#test/support/BuiltSite.ts';
import { TestService } from '#test/support/TestService.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let shop: BuiltSite;
let address: string;
beforeAll(async () => {
  stage = await Stage.open();
  shop = await BuiltSite.build(`
    import { createCV } from 'coview';
    const host: string = '${stage.service.url}';
    const create = (given: Partial<Parameters<typeof createCV>[0]> = {}) => createCV({ host, site: 'demo', ...given });
    const codeOf = (given = {}) => create(given).then(() => 'none', ({ name, code }) => name + ' ' + code);
    Object.assign(window, { create, codeOf });
  `);
  address = await shop.serve();
});
afterEach(() => stage.clear());
afterAll(async () => {
  await shop?.close();
  await stage.close();
});

/** A page of the built site; `script` runs before the page's. */
async function visit(url = address, script = ''): Promise<Page> {
  const page = await stage.person(script);
  await page.goto(url);
  await untilTrue(page, 'window.create');
  return page;
}

async function withCV(): Promise<Page> {
  const page = await visit();
  await page.evaluate('create().then((cv) => void (window.cv = cv))');
  return page;
}

const codeOf = (page: Page, options = {}) => page.evaluate(`codeOf(${JSON.stringify(options)})`);

test('[NPM-6] bundled into pages of another origin: a visitor is tagged and writes, an agent lists, reads and answers', async () => {
  const [visitor, agent, { email: as, token }] = await Promise.all([withCV(), withCV(), stage.login()]);
  const tag = stage.somebody();
  expect(await visitor.evaluate(`cv.user.tag(${JSON.stringify({ ...tag, id: 1001 })})`)).toMatchObject({
    ...tag,
    id: '1001',
  });
  expect(await agent.evaluate(`cv.rest.auth('${as}', '${token}').then(({ email }) => email)`)).toBe(as);
  await expect
    .poll(() => agent.evaluate('cv.user.list().then((users) => users.map(({ email }) => email))'))
    .toContain(tag.email);

  await visitor.evaluate(
    `window.told = []; cv.on('message', ({ text }) => told.push(text)); cv.chat.send('Hello there')`,
  );
  await agent.evaluate(`new Promise((found) => cv.conversations.onChange((changed) => {
    const mine = changed.find(({ person }) => person.email === '${tag.email}');
    if (mine) found(void (window.open = cv.conversations.open(mine.id)));
  }))`);
  await expect.poll(() => agent.evaluate('window.open.messages.map(({ text }) => text)')).toEqual(['Hello there']);
  await agent.evaluate(`window.open.send('Good day')`);
  await expect.poll(() => visitor.evaluate('told')).toContain('Good day');
  await visitor.evaluate('cv.chat.open()');
  await part(visitor, 'message').getByText('Good day').waitFor();
  expect(await visitor.evaluate('[typeof window.CV, typeof window.CVLoaded]')).toEqual(['undefined', 'undefined']);
});

test('[NPM-7] a page has one widget: asked again for the same site it has the same CV, also beside the script', async () => {
  const page = await visit();
  const same = `Promise.all([create(), create()]).then(async ([one, other]) =>
    one === other && one === (await create()) && void (window.cv = one) === undefined)`;
  expect(await page.evaluate(same)).toBe(true);
  await part(page, 'launcher').waitFor();
  await page.addScriptTag({ url: `${stage.service.url}/cdn/js/demo.js` });
  await untilTrue(page, 'window.CVLoaded === true');
  expect(await page.evaluate('window.CV === cv')).toBe(true);
  expect(await page.locator('coview-widget').count()).toBe(1);

  const embedded = await visit();
  await embedded.addScriptTag({ url: `${stage.service.url}/cdn/js/demo.js` });
  expect(await embedded.evaluate('create().then((cv) => cv === window.CV)')).toBe(true);
});

test('[NPM-7] another site or server beside it is CONFLICT, and the first goes on', async () => {
  const elsewhere = await TestService.start();
  try {
    const page = await withCV();
    expect(await codeOf(page, { host: elsewhere.url })).toBe('CvError CONFLICT');
    expect(await page.evaluate(`cv.user.tag({ firstname: 'Ada' }).then(({ firstname }) => firstname)`)).toBe('Ada');
    const other = await visit();
    expect(await codeOf(other, { host: elsewhere.url })).toBe('none');
    expect(await codeOf(other)).toBe('CvError CONFLICT');
  } finally {
    await elsewhere.stop();
  }
});

test('[NPM-8] a site that is unknown is NOT_FOUND, a server out of reach UNAVAILABLE; asked again it tries again', async () => {
  const page = await visit();
  expect(await codeOf(page, { site: 'nobodys' })).toBe('CvError NOT_FOUND');
  expect(await codeOf(page, { host: 'http://localhost:1' })).toBe('CvError UNAVAILABLE');
  // Not every browser asks for a module again that it could not load.
  const asked: string[] = [];
  page.on('request', (request) => request.resourceType() === 'script' && asked.push(request.url()));
  for (const folder of ['js', 'app']) {
    await page.route(`**/cdn/${folder}/**`, (route) => route.abort());
    expect(await codeOf(page), folder).toBe('CvError UNAVAILABLE');
    await page.unroute(`**/cdn/${folder}/**`);
  }
  expect(await codeOf(page)).toBe('none');
  const modules = asked.filter((url) => url.includes('demo.mjs'));
  expect(new Set(modules).size).toBe(modules.length);
});

test('[NPM-8] a script whose main module did not come is tried again by the package or another tag, for the one CV', async () => {
  const script = { url: `${stage.service.url}/cdn/js/demo.js` };
  const online = `CV.api.isAgentOnline().then(String, ({ code }) => code)`;
  for (const again of ['create()', 'tag'] as const) {
    const page = await visit();
    await page.route('**/cdn/app/**', (route) => route.abort());
    await page.addScriptTag(script);
    expect(await page.evaluate(online)).toBe('UNAVAILABLE');
    await page.evaluate('void (window.first = CV)');
    await page.unroute('**/cdn/app/**');
    if (again === 'tag') await page.addScriptTag(script);
    else expect(await page.evaluate('create().then((cv) => cv === CV)')).toBe(true);
    expect(await page.evaluate(online), again).toBe('false');
    expect(await page.evaluate('create().then((cv) => cv === CV && cv === first)'), again).toBe(true);
    await part(page, 'launcher').waitFor();
    expect(await page.locator('coview-widget').count()).toBe(1);
  }
});

test('[NPM-9] a strict policy needs the server in script-src and connect-src, nothing more; without it is UNAVAILABLE', async () => {
  const origin = stage.service.url;
  const strict = (scripts: string) =>
    shop.serve(
      `default-src 'none'; script-src ${scripts}; connect-src ${origin} ${origin.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
  const page = await visit(
    await strict(`'self' ${origin}`),
    `window.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))`,
  );
  await page.evaluate(
    `create().then((cv) => Promise.all([cv.chat.open(), cv.user.tag({ firstname: 'Ada' })])).then(() => {})`,
  );
  await part(page, 'panel').waitFor();
  expect(await page.evaluate('violations')).toEqual([]);
  expect(await codeOf(await visit(await strict(`'self'`)))).toBe('CvError UNAVAILABLE');
});
