import type { WireError } from '#protocol/errors.ts';
import { MAX_DEPTH, MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import type { Peer } from '#test/support/Peer.ts';

export type Answer = { data: unknown } | { error: WireError };

/** Above every number that socket.io gives to its own requests. */
let id = 1_000_000;

/** The frame of a request whose input is this text, whether or not it is JSON that JavaScript could have written. */
export const requestFrame = (name: unknown, input: string): string =>
  `2${++id}["request",${JSON.stringify(name)},${input}]`;

/** Sends the frame as it is and resolves with its answer; rejects when the socket ends first or none comes. */
export function rawRequest({ socket }: Peer, frame: string): Promise<Answer> {
  const number = /^(?:2|5\d+-)(\d+)/.exec(frame)?.[1];
  const { engine } = socket.io;
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      engine.off('data', look);
      engine.off('close', ended);
      act();
    };
    const look = (data: unknown) => {
      const head = `3${number}[`;
      if (typeof data !== 'string' || !data.startsWith(head)) return;
      settle(() => resolve((JSON.parse(data.slice(head.length - 1)) as [Answer])[0]));
    };
    const ended = () => settle(() => reject(new Error(`the server ended the socket after ${frame.slice(0, 300)}`)));
    const timer = setTimeout(() => settle(() => reject(new Error(`no answer to ${frame.slice(0, 300)}`))), 20_000);
    engine.on('data', look);
    engine.on('close', ended);
    engine.write(frame);
  });
}

/** Strings that stand for what JSON can say and JSON.stringify cannot. */
export const onWire = { infinity: '@infinity', deep: '@deep' };
const DEEP = 15_000;

export function wire(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text
    .replaceAll(`"${onWire.infinity}"`, '1e999')
    .replaceAll(`"${onWire.deep}"`, () => '['.repeat(DEEP) + ']'.repeat(DEEP));
}

/** What of these bounds a frame breaks, before any schema is asked. */
export function brokenBound(frame: string): 'PAYLOAD_TOO_LARGE' | 'INVALID_INPUT' | undefined {
  if (frame.length > MAX_REQUEST_CHARS) return 'PAYLOAD_TOO_LARGE';
  return depthOf(frame) > MAX_DEPTH + 1 ? 'INVALID_INPUT' : undefined;
}

/** Brackets that are open at once, those of the frame itself among them; strings are left out. */
function depthOf(frame: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [part] of frame.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += '[{'.includes(part) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
