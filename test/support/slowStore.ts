import { setImmediate } from 'node:timers/promises';
import type { Store } from '#signaling/store/Store.ts';

/** A store whose every answer takes a turn of the event loop, as over a network: what may interleave does. */
export function slowStore(store: Store): Store {
  const slow = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await setImmediate();
          return value.apply(target, args);
        };
      },
    });
  const parts = [
    'sites',
    'agents',
    'tokens',
    'links',
    'customers',
    'chat',
    'rules',
    'webhooks',
    'idempotency',
    'calls',
    'cobrowses',
    'audit',
  ] as const;
  return Object.assign(Object.create(store) as Store, {
    ...Object.fromEntries(parts.map((part) => [part, slow(store[part])])),
    ping: () => store.ping(),
    close: () => store.close(),
  });
}
