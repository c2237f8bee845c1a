import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import { newId } from '#protocol/newId.ts';
import {
  type CobrowseEvent,
  type CobrowsePhase,
  type CobrowseTerms,
  recordOf,
  transition,
  viewOf,
} from '#signaling/cobrowse/Cobrowse.ts';

const at = 5_000;

const phases = {
  ringing: { state: 'ringing' },
  connecting: { state: 'connecting', consentedAt: 1 },
  active: { state: 'active', consentedAt: 1, activeAt: 2 },
  ended: { state: 'ended', reason: 'revoked', endedAt: 3, consentedAt: 1, activeAt: 2 },
} as const satisfies Record<string, CobrowsePhase>;

const events = {
  consent: { type: 'consent', at },
  flowing: { type: 'flowing', at },
  end: { type: 'end', reason: 'disconnected', at },
} as const satisfies Record<CobrowseEvent['type'], CobrowseEvent>;

/** What an event makes of a phase; what is not here does not apply. */
const table: Record<keyof typeof phases, Partial<Record<CobrowseEvent['type'], CobrowsePhase>>> = {
  ringing: {
    consent: { state: 'connecting', consentedAt: at },
    end: { state: 'ended', reason: 'disconnected', endedAt: at },
  },
  connecting: {
    flowing: { state: 'active', consentedAt: 1, activeAt: at },
    end: { state: 'ended', reason: 'disconnected', endedAt: at, consentedAt: 1 },
  },
  active: { end: { state: 'ended', reason: 'disconnected', endedAt: at, consentedAt: 1, activeAt: 2 } },
  ended: {},
};

const cells = Object.keys(phases).flatMap((phase) =>
  Object.keys(events).map((event) => [phase, event] as [keyof typeof phases, keyof typeof events]),
);

const terms: CobrowseTerms = {
  id: newId('cb'),
  site: 'demo' as CobrowseTerms['site'],
  visitorId: newId('v'),
  startedBy: 'agent',
  agent: { id: newId('a'), email: 'anna@example.com', name: 'Anna' },
  startedAt: 0,
};
const sight = { viewers: [], tabs: [], paused: false, online: true };

describe('[COB-1] every phase of a session and everything that may happen in it', () => {
  test.each(cells)('%s, %s', (phase, event) => {
    expect(transition(phases[phase], events[event])).toEqual(table[phase][event]);
  });

  test('whatever happens in whatever order, nobody sees a page without consent, and an end is the end', () => {
    const any = fc.oneof(
      fc.record({ type: fc.constant('consent' as const), at: fc.nat() }),
      fc.record({ type: fc.constant('flowing' as const), at: fc.nat() }),
      fc.record({
        type: fc.constant('end' as const),
        at: fc.nat(),
        reason: fc.constantFrom(...CobrowseEndReason.options),
      }),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (happening) => {
        let phase: CobrowsePhase = { state: 'ringing' };
        let consented = false;
        for (const event of happening) {
          const next = transition(phase, event);
          if (phase.state === 'ended') expect(next).toBeUndefined();
          if (next && event.type === 'consent') consented = true;
          phase = next ?? phase;
          if (phase.state === 'connecting' || phase.state === 'active') expect(consented).toBe(true);
          expect(CobrowseView.parse(viewOf(terms, phase, sight)).state).toBe(phase.state);
          expect(recordOf(terms, phase, undefined).state).toBe(phase.state);
        }
      }),
    );
  });
});
