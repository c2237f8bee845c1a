import type { Browser, BrowserContextOptions, FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { DeskPage } from './DeskPage.ts';
import { DeskServer } from './DeskServer.ts';

const looks: BrowserContextOptions[] = [
  {},
  { colorScheme: 'dark', viewport: { width: 1024, height: 768 } },
  { locale: 'de-DE', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 390, height: 844 } },
];

describe('co-browsing at the desk', () => {
  let server: DeskServer;
  let browser: Browser;
  let desk: DeskPage;

  const open = async (fragment = 'token=token-1&visitors', options?: BrowserContextOptions, before?: string) => {
    desk = await DeskPage.open(browser, server, fragment, options, before);
    await desk.part('agent').waitFor({ state: 'attached' });
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([DeskServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(() => desk?.close());

  it('[DESKCO-1] asks a visitor from the list, docks the session, one at a time, and makes room when it is closed', async () => {
    await open();
    const row = desk.page.locator('[data-visitor="v_1"]');
    await row.getByRole('button', { name: /share the page$/ }).click();
    expect(await desk.did()).toContain('cobrowse v_1');
    await desk.part('cobrowse-dock').locator('#panel').waitFor();
    await row.getByText('Being asked…').waitFor();
    await desk.run(`sharing.move('active', session(1))`);
    await row.getByText('You watch this page').waitFor();
    const other = desk.page.locator('[data-visitor="v_2"]');
    await other.getByText('You watch another page').waitFor();
    expect(await other.locator('[data-test=cobrowse]').isDisabled()).toBe(true);
    await desk.run(`sharing.move('ended')`);
    await expect.poll(() => other.locator('[data-test=cobrowse]').isEnabled()).toBe(true);
    await desk.run(`document.querySelector('#panel').remove()`);
    await desk.part('cobrowse-dock').waitFor({ state: 'detached' });
  });

  it('[DESKCO-1] a panel that is gone as soon as it has come takes its room along', async () => {
    await open();
    await desk.run(`(async () => {
      document.querySelector('[data-visitor="v_1"] [data-test=cobrowse]').click();
      await null;
      sharing.move('ended');
      document.querySelector('#panel').remove();
    })()`);
    await desk.part('cobrowse-dock').waitFor({ state: 'detached' });
  });

  it('[DESKCO-1] asks from the chat and from the person beside it', async () => {
    await open('token=token-1&conversation=cn_1');
    await desk.part('chat-cobrowse').click();
    expect(await desk.did()).toContain('cobrowse v_jane');
    await desk.run(`sharing.move('ended'); document.querySelector('#panel').remove()`);
    await desk
      .part('person')
      .getByRole('button', { name: /Jane Roe to share the page/ })
      .click();
    expect((await desk.did()).filter((one) => one === 'cobrowse v_jane')).toHaveLength(2);
  });

  it('[DESKCO-2] says in every view who waits to show a page, and watches along where one is shared already', async () => {
    await open('token=token-1');
    await desk.run(`tellSessions(
      session(1, { startedBy: 'visitor', state: 'connecting', visitorId: 'v_jane' }),
      session(2, { startedBy: 'visitor', state: 'connecting', agent: { email: 'agent2@example.com', name: 'Ben Cole' } }),
      session(3, { viewers: [{ email: 'agent2@example.com', name: 'Ben Cole' }] }),
    )`);
    const waiting = desk.part('waiting-pages');
    await waiting.getByText('Jane Roe wants to show you the page.').waitFor();
    expect(await waiting.locator('p').count()).toBe(1);
    await desk.part('view-visitors').click();
    expect(await desk.part('shared-page').allInnerTexts()).toEqual([
      expect.stringMatching(/Jane Roe.*Waits for somebody/s),
      expect.stringMatching(/User No 2.*Waits for Ben Cole/s),
      expect.stringMatching(/User No 3.*Watched by Ben Cole/s),
    ]);
    await desk.part('shared-page').nth(2).getByRole('button', { name: 'Watch the page of User No 3' }).click();
    expect(await desk.did()).toContain('join cb_3');
    expect(await waiting.getByRole('button').isDisabled()).toBe(true);
    await desk.run(`sharing.move('ended')`);
    await waiting.getByRole('button').click();
    expect(await desk.did()).toContain('join cb_1');
    await desk.run('tellSessions()');
    await expect.poll(() => waiting.innerText()).toBe('');
  });

  it('[DESKCO-3] takes a code as it is read out, and nothing shorter', async () => {
    await open();
    const use = desk.part('use-code');
    await desk.part('code').pressSequentially('12a3 45');
    expect([await desk.part('code').inputValue(), await use.isDisabled()]).toEqual(['123 45', true]);
    await desk.part('code').press('6');
    await desk.part('code').press('Enter');
    expect(await desk.did()).toContain('join 123456');
    expect(await desk.part('code').inputValue()).toBe('');
  });

  it('[DESKCO-4] a link opens a session once, and a redeemed one too', async () => {
    await open('token=token-1&cobrowse=cb_7');
    await desk.part('cobrowse-dock').waitFor();
    expect((await desk.did()).filter((one) => one.startsWith('join'))).toEqual(['join cb_7']);
    expect(await desk.run('location.hash')).toBe('#visitors');
    await desk.close();
    await open('code=code-share');
    await desk.part('cobrowse-dock').waitFor();
    expect((await desk.did()).filter((one) => one.startsWith('join'))).toEqual(['join cb_9']);
  });

  it('[DESKCO-5] what went on over a reload is docked again; signing out leaves it', async () => {
    await open();
    await desk.run(`emit('cobrowse', (share('resumed'), sharing.move('active', session(4)), sharing))`);
    await desk.part('cobrowse-dock').locator('#panel').waitFor();
    await desk.page.locator('[data-visitor="v_4"]').getByText('You watch this page').waitFor();
    const left = desk.page.waitForURL((url) => url.hash === '');
    await desk.run(`addEventListener('pagehide', () => sessionStorage.setItem('did', did.join()))`);
    await desk.part('sign-out').click();
    await left;
    await expect.poll(() => desk.run(`sessionStorage.getItem('did')`)).toContain('leave');
  });

  it('[DESKCO-6] a site without co-browsing has nothing of it at the desk', async () => {
    await open(
      'token=token-1&visitors',
      {},
      `Object.defineProperty(window, 'CV', {
      set(cv) { cv.cobrowse.enabled = false; Object.defineProperty(window, 'CV', { value: cv }); }, configurable: true })`,
    );
    await desk.part('users').waitFor();
    expect(await desk.page.locator('[data-test=cobrowse], [data-test=code]').count()).toBe(0);
  });

  it('[DESKCO-14] calls a visitor the same in all lists and in the panel, also while nobody knows a name', async () => {
    await open('token=token-1&visitors');
    await desk.run(`users.push({ ...users[0], visitorId: 'v_anon', id: undefined, email: undefined, firstname: undefined,
      lastname: undefined }); watch(); tellSessions(session(1, { visitorId: 'v_anon', startedBy: 'visitor' }))`);
    const name = await desk.part('shared-page').locator('b').innerText();
    expect(name).toMatch(/^\S+ \S+$/);
    await expect.poll(() => desk.page.locator('[data-visitor=v_anon] .name').innerText()).toBe(name);
    await desk.part('waiting-pages').getByText(`${name} wants to show you the page.`).waitFor();
    await desk.part('shared-page').locator('[data-test=cobrowse]').click();
    await expect.poll(() => desk.run('sharing.name')).toBe(name);
    await desk.part('view-conversations').click();
    await expect.poll(() => desk.page.locator('[data-conversation=cn_2]').innerText()).toContain(name);
    await desk.run(`users.at(-1).firstname = 'Maud'; watch()`);
    await expect.poll(() => desk.run('sharing.name')).toBe('Maud');
  });

  it.each(looks)('[DESKCO-7] no barriers with pages that are shared and one that is watched, %j', async (options) => {
    await open('token=token-1&visitors', options);
    await desk.run(
      `tellSessions(session(1, { startedBy: 'visitor' }), session(3, { viewers: [{ email: 'b', name: 'Ben' }] }))`,
    );
    await desk.part('shared-page').first().waitFor();
    await desk.hasNoBarrier('list');
    await desk.part('shared-page').first().locator('[data-test=cobrowse]').click();
    await desk.part('cobrowse-dock').waitFor();
    await desk.hasNoBarrier('watched');
  });

  describe('its settings', () => {
    let mirror: FrameLocator;
    let original: FrameLocator;

    const settings = async (options?: BrowserContextOptions) => {
      await open('token=token-admin&settings=cobrowse', options);
      await desk.part('playground').waitFor();
      // The outer document only keeps the inner one from going elsewhere.
      mirror = desk.part('as-seen').frameLocator('iframe').frameLocator('iframe');
      original = desk.part('original').contentFrame();
    };
    const changes = async () => (await desk.asked()).filter((one) => one.startsWith('PUT'));
    /** The mirror begins a new document whenever the rules change. */
    const seen = () =>
      mirror
        .locator('body')
        .innerText({ timeout: 5_000 })
        .catch(() => '');

    it('[DESKCO-8] admins switch it on and off, and whether agents may ask for control', async () => {
      await settings();
      await desk.part('cobrowse-control').uncheck();
      await desk.part('cobrowse-enabled').uncheck();
      await expect
        .poll(changes)
        .toEqual([
          'PUT site {"settings":{"cobrowse":{"control":false}}}',
          'PUT site {"settings":{"cobrowse":{"enabled":false}}}',
        ]);
      expect(await desk.part('cobrowse-control').isDisabled()).toBe(true);
    });

    it('[DESKCO-9] rules are tried out before they are saved: the page beside what an agent sees of it', async () => {
      await settings();
      await desk.part('sample').selectOption('account');
      await original.getByText('DE89 3704 0044').waitFor();
      await expect.poll(seen).toMatch(/^(?!.*DE89).*jane\.roe@example\.com/s);
      await desk.part('rules-mask').fill('.iban\n.email');
      await expect.poll(seen).toMatch(/^(?!.*jane\.roe).*\*\*\*/s);
      await desk.part('rules-block').fill('.orders, table');
      await expect.poll(seen).toMatch(/^(?!.*FH-20340).*IBAN/s);
      await desk.part('rules-unmask').fill('#phone\n#password');
      const phone = mirror.locator('input').nth(1);
      await expect.poll(() => phone.inputValue({ timeout: 5_000 }).catch(() => '')).toBe('+353 21 555 0134');
      await original.locator('#phone').fill('0161 555');
      await expect.poll(() => phone.inputValue({ timeout: 5_000 }).catch(() => '')).toBe('0161 555');
      expect(await mirror.locator('input').first().inputValue()).toMatch(/^\**$/);
      expect(await changes()).toEqual([]);
      await desk.part('save-rules').click();
      await expect
        .poll(changes)
        .toEqual([
          'PUT site {"settings":{"cobrowse":{"privacy":{"maskAll":false,"mask":[".iban",".email"],"unmask":["#phone","#password"],"block":[".orders, table"]}}}}',
        ]);
      await expect.poll(() => desk.part('save-rules').isDisabled()).toBe(true);
    });

    it('[DESKCO-10] a line that no browser understands is named, and not saved; the others say what they find', async () => {
      await settings();
      await desk.part('rules-mask').fill('input\ndiv[\n\n.nowhere');
      const lines = desk.part('lines-mask').locator('li');
      await expect
        .poll(() => lines.allInnerTexts())
        .toEqual(['8 here', expect.stringContaining('not a selector'), '', 'not here']);
      expect(await desk.part('rules-mask').getAttribute('aria-invalid')).toBe('true');
      expect(await desk.part('save-rules').isDisabled()).toBe(true);
      await desk.page.getByText('Correct the marked lines').waitFor();
      await expect.poll(seen).toMatch(/^(?!.*Checkout).*\*\*\*/s);
      await desk.page.getByRole('button', { name: 'Discard changes' }).click();
      expect(await desk.part('rules-mask').inputValue()).toBe('.iban');
      await expect.poll(seen).toContain('Checkout');
    });

    it('[DESKCO-11] pasted HTML keeps its looks and runs nothing', async () => {
      await settings();
      await desk.part('sample').selectOption('own');
      await desk.part('own-html').fill(`<style>p { color: rgb(1, 2, 3) }</style>
        <script>parent.hacked = 1</script><img src="data:,x" onerror="parent.hacked = 2"><a href="javascript:parent.hacked = 3">link</a>
        <iframe srcdoc="<script>parent.parent.hacked = 4</script>"></iframe><p style="padding: 7px">My page</p><input value="typed">`);
      await expect.poll(seen).toContain('My page');
      const looks = (frame: FrameLocator) =>
        frame.locator('p').evaluate((p) => {
          const { color, padding } = p.ownerDocument.defaultView.getComputedStyle(p);
          return `${color} ${padding}`;
        });
      expect(await looks(original)).toBe('rgb(1, 2, 3) 7px');
      await expect.poll(() => looks(mirror)).toBe('rgb(1, 2, 3) 7px');
      await original.getByText('link').click();
      expect(await mirror.locator('input').inputValue()).toBe('*****');
      expect(await desk.run('window.hacked')).toBeUndefined();
      // The desk’s policy and the frame’s sandbox say what they keep from running.
      expect(desk.complaints.splice(0).filter((one) => !/violates|^Blocked script/.test(one))).toEqual([]);
    });

    it.each(looks)('[DESKCO-12] no barriers in the settings, %j', async (options) => {
      await settings(options);
      await expect.poll(seen).not.toBe('');
      await desk.part('rules-mask').fill('div[');
      await desk.hasNoBarrier('settings');
    });
  });
});
