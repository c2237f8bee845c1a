import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { forgedEvents } from '#test/cobrowse/mirror/forgedEvents.ts';
import { forgedMarkup } from '#test/cobrowse/mirror/forgedMarkup.ts';
import { forgedTrees } from '#test/cobrowse/mirror/forgedTrees.ts';
import { add, BODY, el, page as recorded } from '#test/cobrowse/mirror/recorded.ts';
import { recordMarkup } from '#test/cobrowse/mirror/recordMarkup.ts';
import { corpus } from '#test/cobrowse/privacy/corpus.ts';
import { HostileVisitor } from './HostileVisitor.ts';
import { agentHtml, Mirrored } from './Mirrored.ts';
import { PageHost } from './pages/PageHost.ts';
import { Stage } from './Stage.ts';
import { Wiretap } from './Wiretap.ts';

/** Of each rule, the ways that differ most; the recorder’s own tests go through all. */
const pages = corpus.filter(({ name }) => /from the beginning|in a shadow root|in a frame later/.test(name));
const EVIL = '/evil';

let stage: Stage;
let host: PageHost;
beforeAll(async () => {
  stage = await Stage.open();
  const { url } = stage.service;
  host = await PageHost.start(url, [
    () => ({ '/agent': { type: 'text/html', body: agentHtml(url) } }),
    () =>
      Object.fromEntries(
        pages.map(({ html }, at) => [
          `/corpus/${at}`,
          { type: 'text/html; charset=utf-8', body: html.replace('<head>', '<head><!--widget-->') },
        ]),
      ),
  ]);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage.close();
  await host.close();
});

const foundIn = (text: string, wanted: readonly string[]) => {
  const lower = text.toLowerCase();
  return wanted.filter((one) => lower.includes(one.toLowerCase()));
};

/** All that stands in a document, its shadow roots and fields. */
const everything = (frame: Frame): Promise<string> =>
  frame.evaluate(`{
    const parts = [document.title];
    const visit = (root) => {
      parts.push(root.innerHTML ?? root.documentElement?.outerHTML ?? '');
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) visit(element.shadowRoot);
        if ('value' in element) parts.push(String(element.value));
      }
      for (const sheet of root.adoptedStyleSheets) for (const rule of sheet.cssRules) parts.push(rule.cssText);
    };
    visit(document);
    parts.join('\\n');
  }`);

/** In all frames of a page, but those that are on their way elsewhere. */
const everywhere = async (page: Page): Promise<string> =>
  (await Promise.all(page.frames().map((frame) => everything(frame).catch(() => '')))).join('\n');

/** Every file below the data folder, the database among them. */
async function filesOf(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map(async (file) => `${file.name}\n${await readFile(join(file.parentPath, file.name), 'utf8')}`);
  return (await Promise.all(texts)).join('\n');
}

test('[E2ECO-5] no planted secret is on the wire, in the database, in a file or in the mirror', async () => {
  const visitor = await stage.person('', { viewport: { width: 800, height: 600 } });
  // What a site has set is kept in browsers’ caches for a minute, but where requests are looked at.
  await visitor.route('**/cdn/js/demo.js', (route) => route.continue());
  const wires = [new Wiretap(visitor, stage.service.url)];
  let mirrored: Mirrored | undefined;
  let mirror = '';
  const secrets = pages.flatMap((one) => one.secrets);
  for (const [at, { name, privacy, script = '', shown }] of pages.entries()) {
    // Rules count at once, also for the page that is there.
    await visitor.goto('about:blank');
    await stage.service.rest('PUT', 'site', { settings: { cobrowse: { privacy } } });
    await visitor.goto(`${host.url}/corpus/${at}`);
    await untilTrue(visitor, 'window.CVLoaded === true');
    mirrored ??= await Mirrored.share(stage, visitor, `${host.url}/agent`);
    const { agent, viewer } = mirrored;
    if (wires.length === 1) wires.push(new Wiretap(agent, stage.service.url));
    await untilTrue(viewer, `document.body !== null`);
    await visitor.evaluate(`(async () => { ${script} })()`);
    await visitor.evaluate(`document.body.append(Object.assign(document.createElement('i'), { id: 'end-${at}' }))`);
    await mirrored.shown(`#end-${at}`).waitFor({ state: 'attached' });
    let seen = '';
    // Frames within the page are shown a moment later.
    const look = async () => {
      seen = await everywhere(agent);
      return foundIn(seen, shown);
    };
    await expect.poll(look, { message: name }).toEqual(shown);
    expect(foundIn(seen, secrets), name).toEqual([]);
    mirror += seen;
    // Something was there to be hidden.
    expect(foundIn(await everywhere(visitor), secrets).length, name).toBeGreaterThan(10);
  }
  expect(foundIn(wires.map(({ text }) => text).join('\n'), secrets)).toEqual([]);
  expect(wires.map(({ text }) => text).join('\n')).toContain('Heading of the page');
  expect(foundIn(await filesOf(stage.service.data), secrets)).toEqual([]);
  expect(mirror).toContain('Heading of the page');
}, 240_000);

test('[E2ECO-6] what a hostile visitor sends through the server runs and loads nothing at an agent’s panel', async () => {
  const evil = `${host.otherUrl}${EVIL}`;
  const hostile = await HostileVisitor.connect(stage.service.url);
  const agent = await Mirrored.agent(stage, `${host.url}/agent`);
  const scratch = await stage.person();
  const asked: string[] = [];
  agent.on('request', (request) => asked.push(request.url()));
  await agent.evaluate(`window.handle = CV.calling.startCobrowse(${JSON.stringify(hostile.visitorId)})`);
  await agent.evaluate(`handle.attach(document.querySelector('#dock'))`);
  await expect.poll(() => hostile.isAsked).toBe(true);
  await hostile.accept();
  await expect.poll(() => hostile.isRecorded).toBe(true);
  hostile.send('full', recorded([el('p', {}, ['the beginning'])]));
  const mirrored = new Mirrored(agent, agent);
  const shows = (text: string) =>
    expect
      .poll(() => mirrored.viewer.evaluate<string>('document.body?.innerText ?? ""'), {
        message: text,
        timeout: 20_000,
      })
      .toContain(text);
  await shows('the beginning');
  const address = mirrored.viewer.url();
  for (let at = 0; at < forgedMarkup.length; at += 16) {
    const batch = forgedMarkup
      .slice(at, at + 16)
      .map(({ name, html }) =>
        html
          .replaceAll('RUN', "window.ran=1,fetch('URL/ran')")
          .replaceAll('URL', `${evil}/${encodeURIComponent(name)}`),
      );
    const nodes = await Promise.all(batch.map((markup) => recordMarkup(scratch, markup)));
    const again = (await recordMarkup(scratch, batch[0] ?? '')).body;
    const end = el('p', {}, [`markup ${at}`]);
    const head = nodes.flatMap((one) => one.head);
    hostile.send(
      'full',
      recorded(
        nodes.flatMap(({ body }) => body),
        head,
      ),
    );
    hostile.send(
      'delta',
      again.map((node) => add(BODY, node)),
    );
    hostile.send('full', recorded([end, ...nodes.flatMap(({ body }) => body)], head));
    await shows(`markup ${at}`);
    await mirrored.viewer.evaluate(`for (const one of document.querySelectorAll('[class~=press]')) one.click?.()`);
  }
  for (const { name, events } of [...forgedTrees, ...forgedEvents]) {
    const written = typeof events === 'string' ? events : JSON.stringify(events);
    hostile.send('delta', written.replaceAll('FORBIDDEN', evil));
    await expect
      .poll(
        async () => {
          // Where the mirror asks for the page anew, it is another stream.
          hostile.send('full', recorded([el('p', {}, [name])]));
          return mirrored.viewer.evaluate<string>('document.body?.innerText ?? ""');
        },
        { message: name, interval: 60 },
      )
      .toContain(name);
  }
  const own = [stage.service.url, host.url, 'data:', 'blob:'];
  expect(asked.filter((url) => !own.some((start) => url.startsWith(start)))).toEqual([]);
  expect(host.asked.filter((path) => path.startsWith(EVIL))).toEqual([]);
  expect(mirrored.viewer.url()).toBe(address);
  const ran = agent.frames().map((frame) => frame.evaluate('[window.ran, ({}).polluted]'));
  for (const state of await Promise.all(ran)) expect(state).toEqual([undefined, undefined]);
  await agent.evaluate('handle.end()');
  hostile.close();
}, 180_000);
