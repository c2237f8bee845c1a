import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '#signaling/store/Store.ts';
import { say } from '#test/chat/Talk.ts';
import { demo, House } from '#test/support/House.ts';

/** Both held while set: what was read before a handshake ends, and what was written before a tag ends. */
let held: Promise<void> | undefined;
let reached: () => void = () => {};
const pass = async () => {
  reached();
  await held;
};
const after = <T extends object>(part: T, name: string): T =>
  new Proxy(part, {
    get(target, asked) {
      const call = (Reflect.get(target, asked, target) as (...given: unknown[]) => unknown).bind(target);
      if (asked !== name) return call;
      return async (...given: unknown[]) => {
        const answer = await call(...given);
        await pass();
        return answer;
      };
    },
  });
const holding = (store: Store): Store => ({
  ...store,
  ping: () => store.ping(),
  close: () => store.close(),
  chat: after(store.chat, 'findByCustomer'),
  customers: after(store.customers, 'save'),
});

let house: House;
beforeEach(async () => {
  house = await House.open({ wrap: holding });
});
afterEach(() => house.close());

const email = 'john@example.com';

/** The site goes over to signatures while this is under way. */
async function switchDuring<T>(work: () => Promise<T>): Promise<T> {
  const [gate, there] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held = gate.promise;
  reached = there.resolve;
  const run = work();
  run.catch(() => {});
  await there.promise;
  await house.sites.update(demo, { settings: { identity: { mode: 'signed' } } });
  held = undefined;
  gate.resolve();
  return run;
}

describe('[ID-26] a site goes over to signatures', () => {
  test('while a browser connects that was let in by a mere claim: it is nobody', async () => {
    const home = await house.visitor();
    await home.request('visitor.tag', { email });
    await say(home, 'claimed words');
    const { token } = home.last('visitor.welcome');
    home.leave();
    house.presence.forget(demo, home.caller.visitorId);
    const again = await switchDuring(() => house.visitor({ token }));
    const { person, chat } = again.last('visitor.welcome');
    expect([person, chat]).toEqual([undefined, undefined]);
    expect(house.presence.list(demo)).toEqual([]);
    expect((await again.request('chat.history', {})).messages).toEqual([]);
  });

  test('while a browser connects that nobody has claimed: it keeps its conversation', async () => {
    const home = await house.visitor();
    await say(home, 'nameless words');
    const again = await switchDuring(() => house.visitor({ token: home.last('visitor.welcome').token }));
    expect(again.last('visitor.welcome').chat).toMatchObject({ lastSeq: 1 });
  });

  test('while a page tags a mere claim: it is refused, shown nothing, and goes on as somebody new', async () => {
    const john = await house.visitor();
    await john.request('visitor.tag', { email });
    await say(john, 'John’s words');
    const claimer = await house.visitor();
    await say(claimer, 'nameless words');
    const tagged = switchDuring(() => claimer.request('visitor.tag', { email }));
    await expect(tagged).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    await setImmediate();
    expect(claimer.ended).toBe(true);
    expect(claimer.last('visitor.replaced').visitorId).not.toBe(claimer.caller.visitorId);
    expect(JSON.stringify(claimer.heard)).not.toContain('John’s words');
    expect(house.presence.find(demo, claimer.caller.visitorId)).toBeUndefined();
  });
});
