import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LogLines } from '#signaling/LogLines.ts';

test('[RUN-10] the last lines are written although none follow', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coview-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'log');
  const log = pino({ base: null, timestamp: false }, new LogLines(file));
  const written = () => readFile(file, 'utf8').catch(() => '');
  for (const lines of [['one', 'two'], ['three']]) {
    for (const line of lines) log.info(line);
    await expect.poll(written).toContain(`${JSON.stringify({ level: 30, msg: lines.at(-1) })}\n`);
  }
  expect((await written()).split('\n').map((line) => line && JSON.parse(line).msg)).toEqual([
    'one',
    'two',
    'three',
    '',
  ]);
});

test('[RUN-10] however much is logged at once, all of it is written, and what fills a block waits for no time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const folder = await mkdtemp(join(tmpdir(), 'coview-log-'));
  onTestFinished(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, 'log');
  const lines = new LogLines(file);
  const block = `${'x'.repeat(9_999)}\n`;
  for (let i = 0; i < 50; i++) lines.write(block);
  vi.useRealTimers();
  await expect.poll(async () => (await stat(file)).size).toBe(50 * block.length);
});

test('[RUN-20] what cannot be written is written later, in whole lines, and how many were lost is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coview-log-'));
  // Holds so much, and then takes nothing until somebody reads: for a writer the same as a disk.
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(async () => {
    closeSync(fd);
    await rm(folder, { recursive: true });
  });
  const lines = new LogLines(fd, 400_000);
  const wrote = 1_000;
  for (let i = 0; i < wrote; i++) lines.write(`${JSON.stringify({ i, text: 'x'.repeat(1_000) })}\n`);
  let text = '';
  const lost = () => /"lost":(\d+).*\n/.exec(text)?.[1];
  await expect
    .poll(
      () => {
        text += drained(fd);
        return lost();
      },
      { interval: 10 },
    )
    .toBeDefined();
  const read = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { i?: number });
  const kept = read.flatMap(({ i }) => i ?? []);
  expect(kept).toEqual(kept.map((_, i) => i));
  expect(kept.length + Number(lost())).toBe(wrote);
  lines.write('{"after":1}\n');
  await expect.poll(() => drained(fd)).toContain('{"after":1}\n');
});

function drained(fd: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } catch {
    return '';
  }
}
