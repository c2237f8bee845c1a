import { vi } from 'vitest';

/** Waits for what does not throw any more, as long as a busy machine takes; made-up timers go on meanwhile. */
export const until = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { interval: 1, timeout: 20_000 });
