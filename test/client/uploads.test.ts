import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Uploads } from '#client/chat/Uploads.ts';
import { problem } from '#client/core/problem.ts';
import { CvError } from '#protocol/errors.ts';
import type { FileView } from '#protocol/files.ts';
import { FakePage } from './FakePage.ts';

beforeEach(() => {
  new FakePage();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('files', () => {
  const view = { id: 'f_1', name: 'a.txt', type: 'text/plain', size: 3, path: '/' } as unknown as FileView;
  const uploads = (send: ConstructorParameters<typeof Uploads>[0]['send'], maxBytes: number | undefined = 1000) => {
    const sent: [string, FileView][] = [];
    const made = new Uploads({
      url: 'https://coview.example/files/demo',
      token: () => 'token',
      author: { kind: 'visitor' },
      maxBytes: () => maxBytes,
      onUploaded: (id, file) => sent.push([id, file]),
      onChange: () => {},
      ...(send && { send }),
    });
    return { uploads: made, sent };
  };

  test('[WCHAT-22] files go one after the other, tell how far they are, and become messages', async () => {
    const running: { name: string; onProgress: (progress: number) => void; done: (file: FileView) => void }[] = [];
    const { uploads: made, sent } = uploads(
      ({ file, onProgress }) => new Promise((done) => running.push({ name: file.name, onProgress, done })),
    );
    made.add(new File(['abc'], 'a.txt'), 'm_a' as never);
    made.add(new File(['abcdef'], 'b.txt'), 'm_b' as never);
    expect(running.map(({ name }) => name)).toEqual(['a.txt']);
    running[0]?.onProgress(0.5);
    expect(made.items).toMatchObject([
      { id: 'm_a', state: 'sending', upload: { name: 'a.txt', size: 3, progress: 0.5 } },
      { id: 'm_b', state: 'sending', upload: { name: 'b.txt', size: 6, progress: 0 } },
    ]);
    running[0]?.done(view);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([['m_a', view]]);
    expect(running.map(({ name }) => name)).toEqual(['a.txt', 'b.txt']);
  });

  test('[WCHAT-22] what is too large, empty or not taken is never sent', () => {
    const never = () => Promise.reject(new Error('sent'));
    const { uploads: made } = uploads(never);
    made.add(new File(['x'.repeat(1001)], 'large'));
    made.add(new File([], 'empty'));
    expect(made.items.map(({ error }) => error)).toEqual(['PAYLOAD_TOO_LARGE', 'INVALID_INPUT']);
    for (const { id } of made.items) made.retry(id);
    expect(made.items.map(({ state: one }) => one)).toEqual(['failed', 'failed']);
    const none = uploads(never, Number.NaN);
    none.uploads.clear();
  });

  test('[WCHAT-22] a file that the network lost is sent again by itself; one that was refused when asked to', async () => {
    const answers = [new CvError('UNAVAILABLE', 'lost'), new CvError('INVALID_INPUT', 'bad'), undefined];
    const { uploads: made, sent } = uploads(async () => {
      const error = answers.shift();
      if (error) throw error;
      return view;
    });
    made.add(new File(['abc'], 'a.txt'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(made.items).toMatchObject([{ state: 'failed', error: 'INVALID_INPUT' }]);
    made.retry(made.items[0]?.id ?? '');
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
  });

  test('[WCHAT-22] a file taken away is stopped, and the next one goes', async () => {
    const signals: AbortSignal[] = [];
    const { uploads: made } = uploads(({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    made.add(new File(['a'], 'a'), 'm_a' as never);
    made.add(new File(['b'], 'b'), 'm_b' as never);
    made.discard('m_a');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(made.items.map(({ id }) => id)).toEqual(['m_b']);
  });

  test('[WCHAT-22] an answer that is no problem of ours still has a code of the list', () => {
    expect(problem(400, '{"code":"INVALID_INPUT","detail":"X-File-Name: expected"}').code).toBe('INVALID_INPUT');
    expect(problem(413, '<html>').code).toBe('PAYLOAD_TOO_LARGE');
    expect(problem(502, '<html>').code).toBe('UNAVAILABLE');
    expect(problem(0, '').code).toBe('UNAVAILABLE');
    expect(problem(404, '{"code":7}').code).toBe('INTERNAL');
  });
});
