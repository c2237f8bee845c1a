import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { logLines } from '#signaling/logLines.ts';

test('[RUN-10] the last lines are written although none follow', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coview-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'log');
  const log = pino({ base: null, timestamp: false }, logLines(file));
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
