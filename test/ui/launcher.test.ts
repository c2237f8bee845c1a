import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ChatPage } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';
import { muchAtOnce } from './muchAtOnce.ts';
import { bundle } from './UiServer.ts';

describe('the chat’s launcher', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;

  it('[CHATUI-1] stands in the site’s colour in its corner, and opens and closes the window', async () => {
    const widget = { color: '#ffd400', position: 'left', offset: { x: 31, y: 47 } } as const;
    ui = await stage.open({ boot: { widget } });
    const button = ui.part('launcher');
    const box = await button.boundingBox();
    expect(box).toEqual({ x: 31, y: 720 - 47 - 56, width: 56, height: 56 });
    const look = () =>
      button.evaluate((element) => {
        const { backgroundColor, color } = element.ownerDocument.defaultView.getComputedStyle(element);
        return [backgroundColor, color];
      });
    const [background, ink] = await look();
    expect(background).toBe('rgb(255, 212, 0)');
    expect(ink).toMatch(/ 0 0 0\)|\(0, 0, 0\)/);
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await button.click();
    await ui.part('panel').waitFor();
    expect((await ui.part('panel').boundingBox())?.x).toBe(31);
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await button.click();
    await ui.part('panel').waitFor({ state: 'detached' });
  });

  it('[CHATUI-2] tells how many messages are unread, in its name and once aloud', async () => {
    ui = await stage.open({ locale: 'de-DE' });
    expect(await ui.part('launcher').getAttribute('aria-label')).toBe('Chat öffnen');
    expect(await ui.part('unread').isVisible()).toBe(false);
    await ui.set({ unread: 3 });
    expect(await ui.part('launcher').getAttribute('aria-label')).toBe('Chat öffnen. Ungelesene Nachrichten: 3');
    expect(await ui.page.getByRole('status').textContent()).toBe('Ungelesene Nachrichten: 3');
    await ui.set({ unread: 120 });
    expect(await ui.part('unread').textContent()).toBe('99+');
    await ui.set({ unread: 0 });
    expect(await ui.part('unread').isVisible()).toBe(false);
  });

  it('[CHATUI-3] while it is not to be seen, the page carries nothing of it', async () => {
    ui = await stage.open();
    await ui.set({ visible: false });
    expect(await ui.page.locator('coview-widget').count()).toBe(0);
    await ui.set({ visible: true });
    await ui.part('launcher').waitFor();
  });

  it('[CHATUI-4] is above the page’s modal dialogs, and comes back when the page replaces its body', async () => {
    ui = await stage.open();
    await ui.page.evaluate(`document.querySelector('#dialog').showModal()`);
    await ui.part('launcher').click();
    await ui.part('input').fill('Help');
    await ui.part('input').press('Escape');
    await ui.part('panel').waitFor({ state: 'detached' });
    expect(await ui.page.evaluate(`document.querySelector('#dialog').open`)).toBe(true);
    await ui.page.evaluate(`document.body.replaceChildren('New')`);
    await ui.part('launcher').click();
    await ui.part('panel').waitFor();
  });

  it('[CHATUI-5] shifts nothing on the page and blocks it nowhere, neither at its coming nor at the opening', async () => {
    const isQuick = async () => {
      ui = await stage.open();
      await ui.part('launcher').waitFor();
      await ui.set({ unread: 1 });
      await ui.set({ unread: 12 });
      const tasks = await ui.page.evaluate<number[]>('longTasks');
      await ui.page.evaluate('toggle()');
      await ui.part('panel').waitFor();
      await ui.still();
      expect(await ui.page.evaluate('shifts')).toEqual([]);
      return Math.max(0, ...tasks) <= (await ui.page.evaluate<number>(muchAtOnce));
    };
    // What else the machine does makes any task long: one quick page is proof enough.
    for (let left = 4; !(await isQuick()); left--) {
      await ui.close();
      expect(left).toBeGreaterThan(0);
    }
  });

  it('[CHATUI-6] beside the layer they stand in, the launcher is within 2.2 KiB gzipped, the window with Preact and German within 17.5', async () => {
    const chunks = await bundle(`import * as layer from '#client/ui/Layer.ts';
      import { complain } from '#client/core/complain.ts';
      import { load } from '#client/core/load.ts';
      window.all = [layer, complain, load, () => import('#client/ui/Launcher.ts'), () => import('#client/ui/ChatUi.tsx')];`);
    const named = (name: string) => chunks.find(({ fileName }) => fileName.includes(`/${name}-`));
    const [entry] = chunks;
    const weigh = (name: string, without: Set<string>): number => {
      const files = new Set<string>();
      const visit = (fileName: string) => {
        if (files.has(fileName) || without.has(fileName)) return;
        files.add(fileName);
        chunks.find((chunk) => chunk.fileName === fileName)?.imports.forEach(visit);
      };
      visit(named(name)?.fileName ?? name);
      const loaded = chunks.filter(({ fileName }) => files.has(fileName));
      return loaded.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1024;
    };
    const layers = new Set([entry?.fileName ?? '']);
    expect(weigh('Launcher', layers)).toBeLessThan(2.2);
    const launched = new Set([...layers, ...(named('Launcher')?.imports ?? [])]);
    expect(weigh('ChatUi', launched) + weigh('de', launched)).toBeLessThan(17.5);
  });
});
