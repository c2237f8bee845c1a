import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallState, EndReason } from '#protocol/calling.ts';
import type { TabId } from '#protocol/ids.ts';
import { type CallEvent, type CallPhase, transition } from '#signaling/calling/Call.ts';

const [here, there] = ['t_here' as TabId, 't_there' as TabId];
const at = 5_000;

const phases = {
  ringing: { state: 'ringing' },
  connecting: { state: 'connecting', answeredAt: 1, sharer: here, shareAgain: false },
  'share again': { state: 'connecting', answeredAt: 1, activeAt: 2, sharer: here, shareAgain: true },
  active: { state: 'active', answeredAt: 1, activeAt: 2, sharer: here },
  ended: { state: 'ended', reason: 'ended', endedAt: 3, answeredAt: 1, activeAt: 2 },
} as const satisfies Record<string, CallPhase>;

const events = {
  accept: { type: 'accept', tab: there, at },
  flowing: { type: 'flowing', at },
  'media-lost': { type: 'media-lost' },
  'capture-lost': { type: 'capture-lost' },
  'capture-kept': { type: 'capture-kept', tab: there },
  end: { type: 'end', reason: 'track-ended', at },
} as const satisfies Record<CallEvent['type'], CallEvent>;

/** What an event makes of a phase; what is not here does not apply. */
const table: Record<keyof typeof phases, Partial<Record<CallEvent['type'], CallPhase>>> = {
  ringing: {
    accept: { state: 'connecting', answeredAt: at, sharer: there, shareAgain: false },
    end: { state: 'ended', reason: 'track-ended', endedAt: at },
  },
  connecting: {
    flowing: { state: 'active', answeredAt: 1, activeAt: at, sharer: here },
    'capture-lost': { state: 'connecting', answeredAt: 1, sharer: here, shareAgain: true },
    end: { state: 'ended', reason: 'track-ended', endedAt: at, answeredAt: 1 },
  },
  'share again': {
    accept: { state: 'connecting', answeredAt: 1, activeAt: 2, sharer: there, shareAgain: false },
    'capture-kept': { state: 'connecting', answeredAt: 1, activeAt: 2, sharer: there, shareAgain: false },
    end: { state: 'ended', reason: 'track-ended', endedAt: at, answeredAt: 1, activeAt: 2 },
  },
  active: {
    'media-lost': { state: 'connecting', answeredAt: 1, activeAt: 2, sharer: here, shareAgain: false },
    'capture-lost': { state: 'connecting', answeredAt: 1, activeAt: 2, sharer: here, shareAgain: true },
    end: { state: 'ended', reason: 'track-ended', endedAt: at, answeredAt: 1, activeAt: 2 },
  },
  ended: {},
};

const cells = Object.keys(phases).flatMap((phase) =>
  Object.keys(events).map((event) => [phase, event] as [keyof typeof phases, keyof typeof events]),
);

describe('[CALL-2] every phase of a call and everything that may happen in it', () => {
  test.each(cells)('%s, %s', (phase, event) => {
    expect(transition(phases[phase], events[event])).toEqual(table[phase][event]);
  });
});

const tabs = fc.constantFrom(here, there);
const anyEvent: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.record({ type: fc.constant('accept' as const), tab: tabs, at: fc.nat() }),
  fc.record({ type: fc.constant('flowing' as const), at: fc.nat() }),
  fc.constant({ type: 'media-lost' as const }),
  fc.constant({ type: 'capture-lost' as const }),
  fc.record({ type: fc.constant('capture-kept' as const), tab: tabs }),
  fc.record({ type: fc.constant('end' as const), reason: fc.constantFrom(...EndReason.options), at: fc.nat() }),
);

/** The phases a call goes through, each with the event that led to it. */
function play(story: readonly CallEvent[]): { event?: CallEvent; phase: CallPhase }[] {
  const steps: { event?: CallEvent; phase: CallPhase }[] = [{ phase: { state: 'ringing' } }];
  for (const event of story) {
    const phase = transition((steps.at(-1) as { phase: CallPhase }).phase, event);
    if (phase) steps.push({ event, phase });
  }
  return steps;
}

const stories = fc.array(anyEvent, { maxLength: 30 });

test('[CALL-3] whatever happens in whatever order, no tab may share before a person accepted', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const steps = play(story);
      const consent = steps.findIndex(({ event }) => event?.type === 'accept');
      const shared = steps.findIndex(
        ({ phase }) => 'sharer' in phase || ('answeredAt' in phase && phase.answeredAt !== undefined),
      );
      expect(shared).toBe(consent);
      const { event, phase } = steps[consent] ?? {};
      if (event?.type === 'accept') expect(phase).toMatchObject({ sharer: event.tab });
    }),
  );
});

test('[CALL-3] the tab that may share changes only by a new consent, or by a capture that never stopped', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const steps = play(story);
      for (const [index, { event, phase }] of steps.entries()) {
        const before = steps[index - 1]?.phase;
        if (!before || !('sharer' in before) || !('sharer' in phase) || before.sharer === phase.sharer) continue;
        expect(['accept', 'capture-kept']).toContain(event?.type);
        expect(before).toMatchObject({ state: 'connecting', shareAgain: true });
      }
    }),
  );
});

test('[CALL-4] a call ends at most once, and what has ended stays as it is', () => {
  fc.assert(
    fc.property(stories, anyEvent, (story, more) => {
      const steps = play(story);
      expect(steps.filter(({ phase }) => phase.state === 'ended').length).toBeLessThanOrEqual(1);
      const ended = steps.find(({ phase }) => phase.state === 'ended');
      if (!ended) return;
      expect(steps.at(-1)).toBe(ended);
      expect(transition(ended.phase, more)).toBeUndefined();
    }),
  );
});

test('[CALL-2] every state can be reached', () => {
  const seen = new Set(fc.sample(stories, 2_000).flatMap((story) => play(story).map(({ phase }) => phase.state)));
  expect([...seen].sort()).toEqual([...CallState.options].sort());
});
