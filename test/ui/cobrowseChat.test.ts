import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ChatPage, long } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';
import { sharing } from './CobrowsePage.ts';
import { bundle } from './UiServer.ts';

const phone = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };

describe('sharing the page from the chat', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;

  async function open(answers: Record<string, unknown>, options = {}): Promise<void> {
    ui = await stage.open(options);
    await ui.page.evaluate(`offerSharing(${JSON.stringify(answers)})`);
    await ui.show({ messages: long(4) });
  }

  it('[COUI-13] a site without co-browsing has nothing of it in its chat', async () => {
    ui = await stage.open();
    await ui.show();
    expect(await ui.part('share-menu').count()).toBe(0);
  });

  it('[COUI-13] shares the page by two keys; the menu is left by Escape and arrows move in it', async () => {
    await open({ start: {} });
    await ui.part('share-menu').focus();
    await ui.page.keyboard.press('Enter');
    expect(await ui.focused()).toBe('share');
    await ui.page.keyboard.press('ArrowDown');
    expect(await ui.focused()).toBe('share-code');
    await ui.page.keyboard.press('ArrowDown');
    expect(await ui.focused()).toBe('share');
    await ui.page.keyboard.press('Escape');
    expect(await ui.focused()).toBe('share-menu');
    expect(await ui.part('share').count()).toBe(0);
    expect(await ui.part('panel').count()).toBe(1);
    await ui.page.keyboard.press('Enter');
    await ui.page.keyboard.press('Enter');
    await expect.poll(() => ui.called()).toContain('start');
    expect(await ui.focused()).toBe('share-menu');
    expect(await ui.part('panel').count()).toBe(1);
  });

  it('[COUI-13] while the page is shared, the menu stops it', async () => {
    await open({});
    await ui.page.evaluate('share.set(true)');
    await ui.part('share-menu').click();
    expect(await ui.part('share').count()).toBe(0);
    await ui.part('share-stop').click();
    expect(await ui.called()).toContain('stop');
  });

  it('[COUI-14] a code stands there large and is told, survives the window’s closing, and goes when it is used or too old', async () => {
    await open({ code: '482913' });
    await ui.page.clock.install();
    const ask = async () => {
      await ui.part('share-menu').click();
      await ui.part('share-code').click();
      await ui.part('code').waitFor();
    };
    await ask();
    expect(
      await ui.page
        .getByRole('status')
        .filter({ has: ui.part('code') })
        .textContent(),
    ).toContain('4 8 2 9 1 3');
    await ui.part('close').click();
    await ui.part('launcher').click();
    await ui.part('code').waitFor();
    await ui.page.evaluate('share.set(true)');
    await expect.poll(() => ui.part('code').count()).toBe(0);
    await ui.page.evaluate('share.set(false)');
    await ask();
    await ui.page.clock.runFor(9 * 60_000);
    expect(await ui.part('code').count()).toBe(1);
    await ui.page.clock.runFor(61_000);
    await expect.poll(() => ui.part('code').count()).toBe(0);
  });

  it('[COUI-14] says when it did not work, but not to who declined', async () => {
    await open({ start: { code: 'DECLINED' }, code: { code: 'RATE_LIMITED' } });
    await ui.part('share-menu').click();
    await ui.part('share').click();
    await expect.poll(() => ui.called()).toContain('start');
    expect(await ui.part('share-failed').count()).toBe(0);
    await ui.part('share-menu').click();
    await ui.part('share-code').click();
    await ui.part('share-failed').waitFor();
    await ui.page.getByRole('button', { name: 'Remove the code' }).click();
    expect(await ui.part('share-failed').count()).toBe(0);
  });

  it('[COUI-15] on a phone the chat makes way for the page that is shared', async () => {
    await open({ start: {} }, phone);
    await ui.part('share-menu').tap();
    await ui.part('share').tap();
    await ui.part('panel').waitFor({ state: 'detached' });
  });

  it.each([
    ['over a phone’s sheet', phone],
    ['in a narrow window', { viewport: { width: 640, height: 500 } }],
  ])('[COUI-15] the banner keeps in sight and covers nothing of the chat: %s', async (_, options) => {
    await open({}, options);
    await ui.page.evaluate(`banner(${JSON.stringify(sharing)})`);
    const clear = async () => {
      await ui.still();
      const [banner, panel] = [await ui.part('mirror-notice').boundingBox(), await ui.part('panel').boundingBox()];
      return banner && panel && banner.y >= 0 && banner.y + banner.height <= panel.y;
    };
    await expect.poll(clear).toBe(true);
    const panel = await ui.part('panel').boundingBox();
    expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThanOrEqual(667);
    await ui.part('revoke').click();
    expect(await ui.called()).toContain('end');
    await ui.part('close').click();
    await expect.poll(async () => (await ui.part('mirror-notice').boundingBox())?.y).toBeGreaterThan(300);
    const isFree = async () => {
      const [banner, launcher] = [
        await ui.part('mirror-notice').boundingBox(),
        await ui.part('launcher').boundingBox(),
      ];
      if (!banner || !launcher) return false;
      return banner.x + banner.width <= launcher.x || banner.y + banner.height <= launcher.y;
    };
    await expect.poll(isFree).toBe(true);
    await ui.part('launcher').click();
    await expect.poll(clear).toBe(true);
  });

  it('[WRULE-30] a rule’s offer shares the page by its button, and goes when it is answered', async () => {
    await open({ start: {} });
    expect(await ui.part('share-offer').count()).toBe(0);
    await ui.page.evaluate('share.offer(true)');
    await ui.part('share-offer').waitFor();
    expect(
      await ui.page
        .getByRole('status')
        .filter({ has: ui.part('share-offer') })
        .textContent(),
    ).toBe('Show this page to our team?');
    expect(await ui.called()).not.toContain('start');
    await ui.part('share-offer-no').click();
    expect(await ui.part('share-offer').count()).toBe(0);
    expect(await ui.focused()).toBe('panel');
    expect(await ui.called()).toContain('refuse');
    expect(await ui.called()).not.toContain('start');
    await ui.page.evaluate('share.offer(true)');
    await ui.part('share-offer-yes').click();
    await expect.poll(() => ui.called()).toContain('start');
    expect(await ui.part('share-offer').count()).toBe(0);
    expect(await ui.focused()).toBe('panel');
  });

  it('[WRULE-30] a page that is shared is offered nothing, however it came to that', async () => {
    await open({});
    await ui.page.evaluate('share.offer(true)');
    await ui.part('share-offer').waitFor();
    await ui.page.evaluate('share.set(true)');
    await expect.poll(() => ui.part('share-offer').count()).toBe(0);
    await ui.page.evaluate('share.offer(true); share.set(false)');
    expect(await ui.part('share-offer').count()).toBe(0);
  });

  it('[WRULE-30] an offer that came while the window was closed stands in it', async () => {
    await open({});
    await ui.part('close').click();
    await ui.page.evaluate('share.offer(true)');
    await ui.part('launcher').click();
    await ui.part('share-offer').waitFor();
  });

  it('[WRULE-30] a window that opens with an offer says it after the place where it is said was there', async () => {
    await open({});
    await ui.part('close').click();
    await ui.page.evaluate(`
      share.offer(true);
      const root = document.querySelector('coview-widget').shadowRoot;
      window.heard = [];
      new MutationObserver(() => {
        const said = root.querySelector('.asked [role=status]')?.textContent;
        if (said !== undefined && said !== heard.at(-1)) heard.push(said);
      }).observe(root, { childList: true, subtree: true, characterData: true });`);
    await ui.part('launcher').click();
    await expect.poll(() => ui.page.evaluate('heard')).toEqual(['', 'Show this page to our team?']);
  });

  it.each([
    ['light', {}],
    ['dark German', { colorScheme: 'dark', locale: 'de-DE' }],
    ['phone', phone],
  ])('[COUI-13] axe-core finds nothing to complain of: %s', async (_, options) => {
    await open({ code: '482913' }, { bypassCSP: true, ...options });
    await ui.part('share-menu').click();
    expect(await ui.axe(), 'menu').toEqual([]);
    await ui.part('share-code').click();
    await ui.part('code').waitFor();
    expect(await ui.axe(), 'code').toEqual([]);
    await ui.page.evaluate('share.offer(true)');
    await ui.part('share-offer').waitFor();
    expect(await ui.axe(), 'offer').toEqual([]);
  });

  it('[COUI-16] beside the widget’s own parts, the faces of a session are within 6.4 KiB gzipped, agents’ marks within 2.4', async () => {
    const chunks = await bundle(`import * as layer from '#client/ui/Layer.ts';
      window.all = [layer, () => import('#client/ui/ChatUi.tsx'), () => import('#client/ui/VisitorUi.tsx'),
        () => import('#client/ui/cobrowse/visitor/CobrowseUi.tsx'), () => import('#client/ui/cobrowse/visitor/AgentMarks.ts')];`);
    const named = (name: string) => chunks.filter(({ fileName }) => fileName.includes(`/${name}-`));
    /** By name, with all that comes with it. */
    const closure = (files: readonly string[], seen = new Set<string>()): Set<string> => {
      for (const file of files) {
        if (seen.has(file)) continue;
        seen.add(file);
        closure(chunks.find(({ fileName }) => fileName === file)?.imports ?? [], seen);
      }
      return seen;
    };
    const files = (name: string) => named(name).map(({ fileName }) => fileName);
    const widget = closure([chunks[0]?.fileName ?? '', ...files('ChatUi'), ...files('VisitorUi')]);
    const weigh = (name: string) =>
      chunks
        .filter(({ fileName }) => closure(files(name)).has(fileName) && !widget.has(fileName))
        .reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1024;
    const german = named('de').filter(({ code }) => code.includes('möchte diese Seite sehen'));
    expect(german).toHaveLength(1);
    expect(weigh('AgentMarks')).toBeGreaterThan(1);
    const words = gzipSync(german[0]?.code ?? '', { level: 9 }).length / 1024;
    expect(weigh('CobrowseUi') + words).toBeLessThan(6.4);
    expect(weigh('AgentMarks')).toBeLessThan(2.4);
  });
});
