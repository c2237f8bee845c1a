import { EventEmitter } from 'node:events';
import type { Consumer } from 'mediasoup/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { insistOnKeyFrame } from '#sfu/keyFrames.ts';

/** Only what the insistence touches. */
class FakeConsumer extends EventEmitter {
  readonly observer = new EventEmitter();
  closed = false;
  requests = 0;
  traced: string[] = [];

  async requestKeyFrame(): Promise<void> {
    this.requests++;
  }

  async enableTraceEvent(types: string[]): Promise<void> {
    this.traced = types;
  }
}

describe('[SFU-30] a key frame that does not come is asked for again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watched = () => {
    const consumer = new FakeConsumer();
    return { consumer, stop: insistOnKeyFrame(consumer as unknown as Consumer) };
  };

  it('until one is sent', () => {
    const { consumer } = watched();
    expect(consumer.traced).toEqual(['keyframe']);
    expect(consumer.requests).toBe(0);
    vi.advanceTimersByTime(1_500);
    expect(consumer.requests).toBe(2);
    consumer.emit('trace', { type: 'keyframe' });
    expect(consumer.traced).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(consumer.requests).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a bounded number of times', () => {
    const { consumer } = watched();
    vi.advanceTimersByTime(60_000);
    expect(consumer.requests).toBe(8);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['the consumer closes', 'it is undone'])('and no more when %s', (how) => {
    const { consumer, stop } = watched();
    if (how === 'it is undone') stop();
    consumer.closed = true;
    consumer.observer.emit('close');
    expect(vi.getTimerCount()).toBe(0);
    expect(consumer.listenerCount('trace')).toBe(0);
  });
});
