import { expect, test } from 'vitest';
import type { ShownMessage } from '#client/chat/ShownMessage.ts';
import { linked } from '#client/desk/chat/linked.tsx';
import { piecesOf } from '#client/ui/chat/pieces.ts';
import { timeline } from '#client/ui/chat/timeline.ts';

const hrefsOf = (text: string) =>
  linked(text).flatMap((part) => {
    const props = typeof part === 'object' && part !== null && 'props' in part ? part.props : undefined;
    return props && 'href' in props ? [props.href] : [];
  });

test('[DESK-10] no address in a message reads as another one, at the desk as in the widget', () => {
  for (const turn of '\u200e\u200f\u202a\u202e\u2066\u2069') {
    const text = `see https://shop.example/${turn}gpj.exe now`;
    expect(hrefsOf(text)).toEqual(['https://shop.example/']);
    expect(piecesOf(text).flatMap(({ href }) => href ?? [])).toEqual(['https://shop.example/']);
  }
  expect(hrefsOf('javascript:alert(1) data:text/html,x //x.example https://')).toEqual([]);
});

test('[CHATUI-11] of one’s own messages those tell their state after which it is another one; failed ones always', () => {
  const states: [own: boolean, state: ShownMessage['state']][] = [
    [true, 'read'],
    [true, 'delivered'],
    [false, 'sent'],
    [true, 'delivered'],
    [true, 'failed'],
    [true, 'sent'],
    [true, 'sending'],
    [true, 'sending'],
    [false, 'sent'],
  ];
  const messages = states.map(
    ([own, state], index): ShownMessage => ({
      id: `${index}`,
      at: index,
      author: own ? { kind: 'visitor' } : { kind: 'site' },
      own,
      text: 'x',
      state,
    }),
  );
  const telling = timeline(messages, undefined).flatMap((entry) =>
    entry.kind === 'message' && entry.tellsState ? [entry.key] : [],
  );
  expect(telling).toEqual(['0', '3', '4', '5', '7']);
});
