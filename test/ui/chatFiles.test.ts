import { beforeEach, describe, expect, it } from 'vitest';
import type { ShownMessage } from '#client/chat/ShownMessage.ts';
import { type ChatPage, thread } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';
import { readsForwards } from './readsForwards.ts';

const file = (fields: object) =>
  ({
    id: 'f',
    name: 'zip.png',
    type: 'image/png',
    size: 23_456,
    path: '/files/shop/1/k',
    ...fields,
  }) as ShownMessage['file'] & object;

describe('files, and what hostile people write', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;
  beforeEach(async () => {
    ui = await stage.open();
  });

  it('[CHATUI-19] pictures show in a box that has its size before they come; other files are cards to download', async () => {
    await ui.show({
      messages: thread(
        { file: file({}), text: '' },
        { file: file({ name: 'terms.pdf', type: 'application/pdf' }), text: '' },
      ),
    });
    const picture = ui.part('message').locator('img');
    await picture.evaluate((image) => image.decode());
    expect(await picture.getAttribute('loading')).toBe('lazy');
    const box = await ui.part('message').locator('.picture').boundingBox();
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(4 / 3, 1);
    const card = ui.page.getByRole('link', { name: /^terms.pdf/ });
    expect(await card.innerText()).toContain('PDF · 23 kB');
    expect(await card.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await card.getAttribute('href')).toBe(`${new URL(ui.page.url()).origin}/files/shop/1/k`);
    expect(await ui.page.evaluate('shifts')).toEqual([]);
  });

  it('[CHATUI-19] a picture that cannot be shown becomes a card', async () => {
    await ui.show({ messages: thread({ file: file({ path: '/files/shop/none/k' }), text: '' }) });
    await ui.page.getByRole('link', { name: /^zip.png/ }).waitFor();
  });

  it('[CHATUI-20] files are sent by picking, pasting and dropping; progress is told and can be stopped', async () => {
    await ui.show({
      messages: thread({
        own: true,
        text: '',
        state: 'sending',
        upload: { name: 'a.mov', size: 9e5, progress: 0.4 },
        id: 'u',
      }),
    });
    expect(await ui.page.getByRole('progressbar', { name: 'a.mov' }).getAttribute('value')).toBe('40');
    await ui.page.getByRole('button', { name: 'Cancel sending a.mov' }).click();
    const chosen = ui.page.waitForEvent('filechooser');
    await ui.part('attach').click();
    await (await chosen).setFiles({ name: 'picked.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    for (const [type, part] of [
      ['paste', 'input'],
      ['dragenter', 'panel'],
      ['drop', 'panel'],
    ] as const) {
      await ui.page.evaluate(`bring('${type}', '${part}')`);
      if (type === 'dragenter') await ui.page.getByText('Drop files here').waitFor();
    }
    expect((await ui.called()).filter((call) => call !== 'seen')).toEqual([
      'discard:u',
      'file:picked.txt',
      'file:paste.txt',
      'file:drop.txt',
    ]);
    await expect.poll(() => ui.page.getByText('Drop files here').count()).toBe(0);
  });

  it('[CHATUI-20] where files are not taken there is no button, and a dropped one is refused', async () => {
    await ui.page.evaluate('chat.view.files = undefined');
    await ui.show();
    expect(await ui.part('attach').count()).toBe(0);
    const left = await ui.page.evaluate(`bring('drop', 'panel')`);
    expect(left).toBe(false);
    expect(await ui.called()).not.toContain('file:drop.txt');
  });

  it('[CHATUI-21] links go to http, https and mail alone, tell nobody where they come from, and end before a full stop', async () => {
    await ui.show({
      messages: thread({
        text: 'See https://a.example/x_(y)?q=1. (http://b.example/) javascript:alert(1) data:text/html,x ask help@shop.example, vbscript:x https://\u202egpj.exe',
      }),
    });
    const links = await ui
      .part('message')
      .locator('a')
      .evaluateAll((all) => all.map(({ href, rel, target }) => [href, rel, target]));
    const safe = ['noopener noreferrer nofollow', '_blank'];
    expect(links).toEqual([
      ['https://a.example/x_(y)?q=1', ...safe],
      ['http://b.example/', ...safe],
      ['mailto:help@shop.example', ...safe],
    ]);
  });

  it('[CHATUI-40] an address reads as what it is, whatever turns the text around it', async () => {
    await ui.show({ messages: thread({ text: '\u202ehttps://evil.example/moc.knab.www//:sptth ask' }) });
    const link = ui.part('message').locator('a');
    expect(await link.getAttribute('href')).toBe('https://evil.example/moc.knab.www//:sptth');
    expect(await readsForwards(link)).toBe(true);
  });

  it('[CHATUI-22] hostile texts and names stay text, inside their bubbles, and turn nothing around them', async () => {
    const evil = '<img src=x onerror="called.push(\'pwned\')"><script>called.push("pwned")</script>';
    await ui.show({
      messages: thread(
        { text: evil, author: { kind: 'agent', email: 'e', name: evil } },
        { text: 'x'.repeat(10_000) },
        { text: '\u202eesrever \u2066 text' },
        { text: `Z${'\u0301\u0322\u0489'.repeat(60)}algo` },
        { text: '', file: file({ name: `\u202egpj.exe${evil}`, type: 'application/octet-stream' }) },
        { own: true, text: '', upload: { name: evil, size: 1, progress: 0 }, state: 'sending' },
      ),
      typing: evil,
    });
    expect(await ui.part('message').first().innerText()).toContain(evil);
    expect(await ui.part('panel').locator('img, script').count()).toBe(0);
    expect(await ui.part('typing').innerText()).toContain('<img src=x');
    expect(await ui.page.getByRole('link', { name: 'gpj.exe<img' }).count()).toBe(1);
    const { wide, visible } = await ui
      .part('messages')
      .evaluate((list) => ({ wide: list.scrollWidth, visible: list.clientWidth }));
    expect(wide).toBe(visible);
    expect(await ui.called()).not.toContain('pwned');
    expect(ui.complaints).toEqual([]);
  });

  it('[CHATUI-22] line breaks stay, and a few emoji alone are large', async () => {
    await ui.show({ messages: thread({ text: 'One\nTwo' }, { text: '🎉👍🏽' }, { text: '12' }, { text: '🎉 yes' }) });
    expect(await ui.part('message').first().innerText()).toContain('One\nTwo');
    expect(await ui.part('messages').locator('.emoji-only').allInnerTexts()).toEqual(['🎉👍🏽']);
  });
});
