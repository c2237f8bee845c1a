import { describe, expect, it } from 'vitest';
import { iso } from '#signaling/chat/iso.ts';

const DAY = 24 * 60 * 60 * 1000;
const days = [0, 1, 59, 789, 11_016, 20_778, 2_932_896, 2_932_897, -1];
const within = [0, 1, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 45_296_007, DAY - 1];

describe('times on the wire', () => {
  it('are what Date writes, of one day or of many in turn', () => {
    const oneByOne = days.flatMap((day) => within.map((time) => day * DAY + time));
    const inTurn = within.flatMap((time) => days.map((day) => day * DAY + time));
    const times = [...oneByOne, ...inTurn];
    expect(times.map(iso)).toEqual(times.map((at) => new Date(at).toISOString()));
  });
});
