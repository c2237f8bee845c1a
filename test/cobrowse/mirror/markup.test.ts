import { createHash } from 'node:crypto';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../browser/chromium.ts';
import { type Forged, forgedMarkup } from './forgedMarkup.ts';
import { type MirrorPage, MirrorStage } from './MirrorStage.ts';
import { add, BODY, custom, el, page as recorded } from './recorded.ts';
import { recordMarkup } from './recordMarkup.ts';

/** Puts markup into the viewer’s document by all the means that its policy leaves to its own script. */
const rawViewer = `
  const policy = trustedTypes.createPolicy('coview-mirror', { createHTML: (s) => s, createScript: (s) => s, createScriptURL: (s) => s });
  const depth = Number(location.search.slice(1)) || 0;
  const within = location.href.split('?')[0] + '?1';
  window.put = (html) => {
    const into = document.body.appendChild(document.createElement('div'));
    into.innerHTML = policy.createHTML(html);
    for (const old of into.querySelectorAll('script')) {
      const fresh = document.createElementNS(old.namespaceURI, 'script');
      for (const { name, value } of old.attributes) {
        fresh.setAttribute(name, /src|href/.test(name) ? policy.createScriptURL(value) : value);
      }
      try { fresh.text = policy.createScript(old.textContent) } catch {}
      fresh.textContent ||= policy.createScript(old.textContent);
      old.replaceWith(fresh);
    }
  };
  addEventListener('message', ({ ports }) => {
    if (depth > 0) return ports[0].postMessage({ type: 'ready' });
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = within;
    document.body.append(frame);
    addEventListener('message', () => frame.contentWindow.postMessage({}, '*', [ports[0]]));
  });
  parent.postMessage({ type: 'coview-mirror' }, '*');
`;

const filled = ({ html }: Forged, url: string): string =>
  html.replaceAll('RUN', "window.ran=1,fetch('URL/ran')").replaceAll('URL', url);

const press = (frame: Frame | Page) =>
  frame.evaluate(`{
    const all = (root) => [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
    for (const one of all(document)) {
      if (Element.prototype.matches.call(one, '.press')) EventTarget.prototype.dispatchEvent.call(one, new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }));
    }
  }`);

/** So many at once: they are many, and none may do anything. */
const AT_ONCE = 12;
const batches = (all: readonly Forged[], size = AT_ONCE): Forged[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

describe('forged markup', { timeout: 480_000 }, () => {
  let browser: Browser;
  const stages: MirrorStage[] = [];
  const open = async (options: Parameters<typeof MirrorStage.open>[0]) => {
    const stage = await MirrorStage.open(options);
    stages.push(stage);
    return stage;
  };
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(stages.map((stage) => stage.close()));
  });

  it('does its work in an ordinary page', async () => {
    const stage = await open({ bare: true });
    const bites = async (one: Forged, at: number): Promise<boolean> => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const ordinary = `${stage.url}/ordinary`;
      const body = `<!doctype html><body>${filled(one, `${stage.url}/case-${at}`)}`;
      await page.route(ordinary, (route) => route.fulfill({ contentType: 'text/html', body }));
      // What it does may lead elsewhere at any time, or leave a page that never answers.
      page.goto(ordinary).catch(() => {});
      const hit = () => {
        press(page).catch(() => {});
        return stage.hits.some((path) => path.startsWith(`/case-${at}/`));
      };
      const bitten = await expect
        .poll(hit)
        .toBe(true)
        .then(
          () => true,
          () => false,
        );
      context.close().catch(() => {});
      return bitten;
    };
    const tame: string[] = [];
    for (const batch of batches(forgedMarkup.filter((one) => one.bites))) {
      const bitten = await Promise.all(batch.map((one) => bites(one, forgedMarkup.indexOf(one))));
      tame.push(...batch.filter((_, at) => !bitten[at]).map(({ name }) => name));
    }
    expect(tame).toEqual([]);
  });

  /** What was asked for, or ran, by the address that names the case. */
  const harm = async (stage: MirrorStage, mirror: MirrorPage, show: (batch: string[]) => Promise<void>) => {
    const address = mirror.viewer.url();
    for (const batch of batches(forgedMarkup)) {
      await show(batch.map((one) => filled(one, `${stage.url}/${encodeURIComponent(one.name)}`)));
      await mirror.settled();
      await press(mirror.viewer);
      await mirror.settled();
    }
    const ran = await Promise.all(mirror.page.frames().map((frame) => frame.evaluate('window.ran')));
    const isMoved = mirror.viewer.url() !== address;
    return [...stage.hits, ...mirror.foreign, isMoved && 'moved', ...ran].filter(Boolean);
  };

  const shower = (mirror: MirrorPage) => async (batch: string[]) => {
    const record = () => Promise.all(batch.map((markup) => recordMarkup(mirror.page, markup)));
    const first = await record();
    await mirror.forget();
    await mirror.feed(
      'full',
      recorded(
        first.flatMap(({ body }) => body),
        first.flatMap(({ head }) => head),
      ),
    );
    const again = (await record()).flatMap(({ head, body }) => [...head, ...body]);
    await mirror.feed('delta', [...again.map((node) => add(BODY, node)), custom('cv.progress', { done: 1, total: 1 })]);
    await mirror.until('progress');
    expect(await mirror.told('gap')).toEqual([]);
  };

  it('[MIRROR-1] runs and loads nothing in the mirror', async () => {
    const stage = await open({});
    const mirror = await stage.page(browser);
    expect(await harm(stage, mirror, shower(mirror))).toEqual([]);
    expect(mirror.complaints).toEqual([]);
  });

  it('[MIRROR-2] runs and loads nothing without the page’s policy and sandbox', async () => {
    const stage = await open({ bare: true });
    const mirror = await stage.page(browser);
    expect(await harm(stage, mirror, shower(mirror))).toEqual([]);
  });

  it('[MIRROR-2] has nothing else in it of a file of symbols that parts are drawn of', async () => {
    const stage = await open({ bare: true });
    const mirror = await stage.page(browser);
    const hostile = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="RUN" foo:bar="1" xmlns:foo="x">
      <script>RUN</script><style>@import "URL/sheet"; rect { fill: url(URL/fill#a) }</style>
      <symbol id="s" viewBox="0 0 9 9"><rect width="9" height="9" onclick="RUN" class="press" style="cursor:url(URL/cursor),auto"/><image href="URL/image" width="9" height="9"/>
      <image xlink:href="URL/linked" width="9" height="9"/><use href="URL/use#x"/><a xlink:href="javascript:RUN" class="press"><circle r="9"/></a><animate attributeName="href" to="URL/moved"/>
      <foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="URL/foreign"/><iframe xmlns="http://www.w3.org/1999/xhtml" src="URL/frame"/></foreignObject></symbol></svg>`;
    const file = hostile.replaceAll('RUN', `window.ran=1,fetch('${stage.url}/ran')`).replaceAll('URL', stage.url);
    const hash = createHash('sha256').update(file).digest('hex');
    const use = el('use', { href: 'asset:1#s', width: '9', height: '9' }, [], { isSVG: true });
    await mirror.feed('full', recorded([el('svg', { width: '9', height: '9' }, [use], { isSVG: true })]));
    await mirror.feed('delta', [custom('cv.asset', { n: 1, hash, type: 'x' })]);
    await mirror.until('wants');
    await mirror.page.evaluate(
      `mirror.asset('${hash}', 'image/svg+xml', new TextEncoder().encode(${JSON.stringify(file)}).buffer)`,
    );
    const shown = () => mirror.viewer.evaluate<string>(`document.querySelector('use').getAttribute('href') ?? ''`);
    await expect.poll(shown).toMatch(/^blob:.*#s$/);
    await expect.poll(() => mirror.viewer.evaluate(`document.querySelector('use').getBBox().width`)).toBeGreaterThan(0);
    const copy = await mirror.viewer.evaluate<string>(
      `fetch(document.querySelector('use').href.baseVal).then((file) => file.text())`,
    );
    expect(copy).toContain('<rect');
    expect(copy).not.toMatch(/<script| on\w+=|<iframe|<img|foo:|url\("?http|@import| href="|:href="(?!about:)/);
    await press(mirror.viewer);
    expect(stage.hits.filter((path) => !path.startsWith('/favicon'))).toEqual([]);
  });

  it('[MIRROR-3] runs and loads nothing where the policy and the sandbox are all there is', async () => {
    const stage = await open({ viewer: rawViewer });
    const leads = ({ html }: Forged) => /press|refresh/.test(html);
    const rest = forgedMarkup.filter((one) => !leads(one));
    for (const batch of [...batches(rest), ...batches(forgedMarkup.filter(leads), 1)]) {
      const mirror = await stage.page(browser);
      const markup = batch.map((one) => filled(one, `${stage.url}/${encodeURIComponent(one.name)}`));
      await mirror.viewer.evaluate(`for (const one of ${JSON.stringify(markup)}) put(one)`);
      // Where it leads the frame is refused, but then the frame shows that and nothing else.
      press(mirror.viewer).catch(() => {});
      await mirror.page.evaluate(`(async () => {
        for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
        await fetch('/agent.js');
      })()`);
      expect(stage.hits).toEqual([]);
      await mirror.close();
    }
  });
});
