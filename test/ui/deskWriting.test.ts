import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_CHARS } from '#protocol/limits.ts';
import type { DeskPage } from './DeskPage.ts';
import { DeskStage } from './DeskStage.ts';

describe('writing at the desk', () => {
  const stage = DeskStage.forTests();
  let desk: DeskPage;

  /** A conversation too long for the window, scrolled to its end. */
  const longChat = async () => {
    desk = await stage.chat();
    await desk.page.evaluate(`for (let n = 0; n < 40; n++) say('cn_1', 'Line ' + n)`);
    await desk.message('Line 39').waitFor();
    await expect.poll(below).toBeLessThan(2);
  };
  const below = () => desk.part('messages').evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
  const shown = () =>
    desk.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

  it('[DESK-25] the newest message stays in sight while the answer becomes longer, line by line', async () => {
    await longChat();
    await desk.part('composer').focus();
    for (let line = 0; line < 8; line++) {
      await desk.page.keyboard.type('A line');
      await desk.page.keyboard.press('Shift+Enter');
      await shown();
    }
    expect(await below()).toBeLessThan(2);
    await desk.run(`say('cn_1', 'The newest')`);
    await desk.message('The newest').waitFor();
    await shown();
    expect(await below()).toBeLessThan(2);
    expect(await desk.part('new-messages').count()).toBe(0);
  });

  it('[DESK-25] and where a picture loads in the moment in which the list is scrolled to its end', async () => {
    await longChat();
    await desk.page.evaluate(`{
      document.querySelector('[data-test=message]').style.paddingTop = '300px';
      document.querySelector('[data-test=messages]').dispatchEvent(new Event('scroll'));
    }`);
    await shown();
    expect(await below()).toBeLessThan(2);
  });

  it('[DESK-25] and where something comes while the list springs back from beyond its end', async () => {
    await longChat();
    // As Safari tells it.
    await desk.page.evaluate(`{
      const list = document.querySelector('[data-test=messages]');
      const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');
      let beyond = 90;
      Object.defineProperty(list, 'scrollTop', {
        configurable: true,
        get: () => get.call(list) + beyond,
        set: (top) => { beyond = 0; set.call(list, top); },
      });
      list.dispatchEvent(new Event('scroll'));
      beyond = 20;
      say('cn_1', 'One\\nTwo\\nThree\\nFour\\nFive\\nSix');
    }`);
    await desk.message('Six').waitFor();
    await shown();
    expect(await below()).toBeLessThan(2);
    expect(await desk.part('new-messages').count()).toBe(0);
  });

  it('[DESK-25] what is too long is told, stays whole, and is not sent', async () => {
    desk = await stage.chat();
    await desk.part('composer').fill('x'.repeat(MAX_MESSAGE_CHARS - 7));
    await desk.part('characters-left').getByText('Characters left: 7').waitFor();
    expect(await desk.part('send').isEnabled()).toBe(true);
    await desk.part('composer').fill('x'.repeat(MAX_MESSAGE_CHARS + 5));
    await desk.part('characters-left').getByText('Too long by 5 characters').waitFor();
    expect(await desk.part('send').isEnabled()).toBe(false);
    await desk.part('composer').press('Enter');
    expect(await desk.part('composer').inputValue()).toHaveLength(MAX_MESSAGE_CHARS + 5);
    expect((await desk.did()).filter((one) => one.startsWith('send'))).toEqual([]);
  });

  it('[DESK-13] no file goes to the visitor while a note is written, by paste or by drop', async () => {
    desk = await stage.chat();
    await desk.part('mode-note').click();
    for (const kind of ['paste', 'drop']) {
      await desk.run(`{
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'internal.txt', { type: 'text/plain' }));
        const init = { dataTransfer: data, clipboardData: data, bubbles: true, cancelable: true };
        document.querySelector('[data-test=composer]').dispatchEvent('${kind}' === 'drop' ? new DragEvent('drop', init) : new ClipboardEvent('paste', init));
      }`);
      await desk.part('trouble').getByText('Notes hold no files.').waitFor();
      await desk.page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    }
    expect((await desk.did()).filter((one) => one.startsWith('file'))).toEqual([]);
  });

  it('[DESK-14] a file on its way can be stopped', async () => {
    desk = await stage.chat();
    await desk.part('file-picker').setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }]);
    await desk.page.getByRole('button', { name: 'Stop sending a.txt' }).click();
    await desk.message('a.txt').waitFor({ state: 'detached' });
    expect(await desk.did()).toContain('discard');
  });

  it('[DESK-8] the list tells the site’s own messages from the visitor’s', async () => {
    desk = await stage.chat();
    await desk.run(`say('cn_1', 'Sent by the shop itself', { kind: 'site' })`);
    await desk.row(1).getByText('We: Sent by the shop itself').waitFor();
  });
});
