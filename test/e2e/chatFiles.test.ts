import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
});
afterEach(async () => {
  await stage.clear();
  await settings({ enabled: true, maxBytes: MAX_BYTES });
});
afterAll(() => stage.close());

const MAX_BYTES = 10 * 1024 * 1024;

async function settings(files: { enabled: boolean; maxBytes: number }): Promise<void> {
  const answer = await stage.service.rest('PUT', 'site', { settings: { chat: { files } } });
  expect(answer.status).toBe(200);
}

interface SentFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Bytes that a text is, and no two files alike. */
const notes = (name: string): SentFile => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(`Größe: 42 – ${name}\r\n${'every byte counts\n'.repeat(4000)}`),
});
const picture = async (page: Page, name: string): Promise<SentFile> => ({
  name,
  mimeType: 'image/png',
  buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 80 } }),
});

/** Both sides in one conversation. */
async function scene(): Promise<{ visitor: Page; desk: Page; email: string }> {
  const tag = stage.somebody();
  const visitor = await stage.visitor(tag);
  await chat.open(visitor);
  await chat.write(visitor, `I am ${tag.email}`);
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, tag.email);
  return { visitor, desk, email: tag.email };
}

async function choose(visitor: Page, files: SentFile | SentFile[]): Promise<void> {
  const [chooser] = await Promise.all([visitor.waitForEvent('filechooser'), part(visitor, 'attach').click()]);
  await chooser.setFiles(files);
}

/** Pastes into, or drops onto, what a person would: by the browser's own events. */
async function bring(target: Locator, how: 'paste' | 'drop', file: SentFile): Promise<void> {
  const { name, mimeType } = file;
  const kept = await target.evaluate(
    (element, { how, name, mimeType, bytes }) => {
      const { DataTransfer, DragEvent, ClipboardEvent, File } = element.ownerDocument.defaultView;
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name, { type: mimeType }));
      const fields = { bubbles: true, composed: true, cancelable: true };
      const event =
        how === 'drop'
          ? new DragEvent('drop', { ...fields, dataTransfer: data })
          : new ClipboardEvent('paste', { ...fields, clipboardData: data });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    },
    { how, name, mimeType, bytes: file.buffer.toString('base64') },
  );
  // The browser would leave the page for a dropped file.
  expect(kept).toBe(true);
}

/** A click on the link, and the file that the browser saves for it. */
async function download(page: Page, link: Locator): Promise<{ name: string; bytes: Buffer }> {
  const pages = [page, ...page.context().pages()];
  const started = new Promise<Download>((resolve) => {
    for (const one of pages) one.once('download', resolve);
    page.context().once('page', (popup) => popup.once('download', resolve));
  });
  await link.click();
  const saved = await started;
  return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
}

/** Of a picture that has been decoded. */
const sizeOf = (image: Locator): Promise<number[]> =>
  image.evaluate(async (element) => {
    await element.decode();
    return [element.naturalWidth, element.naturalHeight];
  });

test('[E2ECHAT-7] a visitor sends a file by the chooser and pictures by pasting and dropping; the agent has every byte', async () => {
  const { visitor, desk } = await scene();
  const [text, pasted, dropped] = [notes('mäße & 50%.txt'), await picture(visitor, 'pasted.png'), notes('dropped.csv')];
  await choose(visitor, text);
  await bring(part(visitor, 'input'), 'paste', pasted);
  await bring(part(visitor, 'messages'), 'drop', dropped);
  const files = desk.locator('[data-test="file"]');
  await expect.poll(() => files.count()).toBe(3);
  expect(await files.nth(0).innerText()).toContain(text.name);
  expect(await sizeOf(files.nth(1).locator('img'))).toEqual([120, 80]);
  const saved = await download(desk, files.nth(0));
  expect(saved.name).toBe(text.name);
  expect(saved.bytes.equals(text.buffer)).toBe(true);
  for (const [at, sent] of [pasted, dropped].entries()) {
    const href = await files.nth(at + 1).getAttribute('href');
    const answer = await fetch(stage.service.url + href);
    expect(Buffer.from(await answer.arrayBuffer()).equals(sent.buffer)).toBe(true);
    expect(answer.headers.get('content-type')).toBe(sent === pasted ? 'image/png' : 'text/plain; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(sent === pasted ? /^inline; / : /^attachment; /);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  }
  await expect.poll(() => part(visitor, 'message').last().getAttribute('data-state')).toBe('read');
  expect(stage.complaints).toEqual([]);
});

test('[E2ECHAT-8] an agent sends a file and a picture; the visitor saves the one and sees the other, over a reload', async () => {
  const { visitor, desk } = await scene();
  const [text, shot] = [notes('Rechnung.txt'), await picture(visitor, 'parcel.png')];
  await desk.locator('[data-test="file-picker"]').setInputFiles(text);
  await bring(desk.locator('[data-test="composer"]'), 'paste', shot);
  const image = part(visitor, 'message').locator('img');
  await image.waitFor();
  expect(await sizeOf(image)).toEqual([120, 80]);
  await visitor.reload();
  expect(await sizeOf(image)).toEqual([120, 80]);
  const saved = await download(visitor, part(visitor, 'message').locator('a.file'));
  expect(saved.name).toBe('Rechnung.txt');
  expect(saved.bytes.equals(text.buffer)).toBe(true);
  expect(visitor.url()).toBe(stage.host.url);
});

test('[E2ECHAT-9] a file too large, or a page that calls itself a picture, is refused with the reason; the chat goes on', async () => {
  await settings({ enabled: true, maxBytes: 2048 });
  const { visitor, desk, email } = await scene();
  const page = Buffer.from('<!doctype html><script>parent.hacked = true</script>');
  await choose(visitor, [notes('huge.txt'), { name: 'holiday.png', mimeType: 'image/png', buffer: page }]);
  const failed = part(visitor, 'message').and(visitor.locator('[data-state="failed"]'));
  await expect.poll(() => failed.count()).toBe(2);
  expect(await failed.nth(0).innerText()).toMatch(/huge\.txt[\s\S]*Too large; at most 2 kB/i);
  expect(await failed.nth(1).innerText()).toMatch(/holiday\.png[\s\S]*Files of this type are not accepted/);
  expect(await part(visitor, 'retry').count()).toBe(0);
  await failed.nth(0).locator('[data-cv="discard"]').click();
  await failed.nth(0).locator('[data-cv="discard"]').click();
  await chat.write(visitor, 'Then in words');
  await chat.deskShows(desk, [`I am ${email}`, 'Then in words']);

  await desk
    .locator('[data-test="file-picker"]')
    .setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: page });
  await desk.locator('[data-test="message"][data-state="failed"]').filter({ hasText: 'a.svg' }).waitFor();
  await chat.answerAtDesk(desk, 'Fine.');
  await chat.shows(visitor, [`I am ${email}`, 'Then in words', 'Fine.']);
});

test('[E2ECHAT-10] where a site takes no files, nothing offers to, a dropped file does not take the page away, and agents still send', async () => {
  await settings({ enabled: false, maxBytes: MAX_BYTES });
  const { visitor, desk } = await scene();
  expect(await part(visitor, 'attach').count()).toBe(0);
  await bring(part(visitor, 'messages'), 'drop', notes('dropped.txt'));
  await chat.write(visitor, 'Then in words');
  await chat.is(visitor, 'Then in words', 'sent');
  expect(await part(visitor, 'message').count()).toBe(2);
  // Nor by hand, with the token that the page has.
  const status = visitor.evaluate(`fetch('http://localhost:${stage.wire.port}/files/demo', { method: 'POST', body: 'x',
    headers: { authorization: 'Bearer ' + localStorage['coview:visitor:demo'], 'x-file-name': 'x.txt' } }).then(({ status }) => status)`);
  expect(await status).toBe(403);
  await desk.locator('[data-test="file-picker"]').setInputFiles(notes('terms.txt'));
  await part(visitor, 'message').getByText('terms.txt').waitFor();
});
