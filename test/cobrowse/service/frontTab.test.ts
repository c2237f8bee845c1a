import { describe, expect, test } from 'vitest';
import type { TabId } from '#protocol/ids.ts';
import { FrontTab } from '#signaling/cobrowse/FrontTab.ts';
import type { Tab } from '#signaling/presence/Visitor.ts';

const tab = (id: string, state: 'active' | 'background', connected = true): Tab => ({
  id: id as TabId,
  url: `http://shop.test/${id}`,
  title: id,
  state,
  screen: true,
  socketId: connected ? `socket of ${id}` : undefined,
});

describe('[COB-6] the tab that is shown', () => {
  test.each<[string, Tab[][], string | undefined]>([
    ['none without a tab', [[]], undefined],
    ['the only one, even in the background', [[tab('a', 'background')]], 'a'],
    ['the one in front', [[tab('a', 'active'), tab('b', 'background')]], 'a'],
    [
      'the one that came to the front last, whichever was opened last',
      [
        [tab('a', 'background'), tab('b', 'active')],
        [tab('a', 'active'), tab('b', 'active')],
      ],
      'a',
    ],
    [
      'the same one while two windows are seen at once',
      [
        [tab('a', 'active'), tab('b', 'background')],
        [tab('a', 'active'), tab('b', 'active')],
        [tab('b', 'active'), tab('a', 'active')],
      ],
      'b',
    ],
    [
      'the one before while another program is in front',
      [
        [tab('a', 'active'), tab('b', 'background')],
        [tab('a', 'background'), tab('b', 'background')],
      ],
      'a',
    ],
    [
      'the one that is loading anew, although another is connected',
      [
        [tab('a', 'active'), tab('b', 'background')],
        [tab('b', 'background'), tab('a', 'active', false)],
      ],
      'a',
    ],
    [
      'another in front as soon as the one goes to the background',
      [[tab('b', 'active')], [tab('b', 'active'), tab('a', 'active')], [tab('b', 'active'), tab('a', 'background')]],
      'b',
    ],
    [
      'one that is connected when the one is gone',
      [
        [tab('a', 'active'), tab('b', 'background'), tab('c', 'background', false)],
        [tab('b', 'background'), tab('c', 'background', false)],
      ],
      'b',
    ],
    ['a new one that opens in front', [[tab('a', 'active')], [tab('a', 'active'), tab('b', 'active')]], 'b'],
  ])('%s', (_, history, expected) => {
    const front = new FrontTab();
    let shown: Tab | undefined;
    for (const tabs of history) shown = front.update(tabs);
    expect(shown?.id).toBe(expected);
    expect(front.id).toBe(expected);
  });
});
