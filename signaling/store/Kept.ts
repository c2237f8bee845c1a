import type { SiteId } from '#protocol/ids.ts';

/** What another process writes counts here after so long. */
const KEPT_MS = 1_000;
/** Then all is forgotten: what is still asked for is soon read again. */
const MAX_ROWS = 10_000;

interface Entry {
  readonly value: unknown;
  readonly until: number;
  /** While it is being read. */
  readonly loading?: Promise<unknown>;
}

/** What was read of one thing of a site: a person, a conversation, the list of all agents. */
type Readings = Map<string, Entry>;

/** What was read, for as long as nobody writes it. */
export class Kept {
  /** False: everything is read anew; what is known stays as it is. */
  keeps = true;
  readonly #sites = new Map<SiteId, Map<string, Readings>>();
  #rows = 0;

  /**
   * At once if it is known; whoever asks while it is being read waits for the same. `thing` is what is written,
   * `reading` one of the ways to read it.
   */
  read<T>(site: SiteId, thing: string, reading: string, load: () => Promise<T>): T | Promise<T> {
    if (!this.keeps) return load();
    const readings = this.#readings(site, thing);
    const known = readings.get(reading);
    if (known && known.until > performance.now()) return known.value as T;
    if (known?.loading) return known.loading as Promise<T>;
    const loading = this.#loaded(load(), site, [thing]).then((value) => this.#keep(readings, reading, value));
    readings.set(reading, { value: undefined, until: 0, loading });
    return loading;
  }

  /** The same of many things; `load` reads those that are not known, and answers them in their order. */
  readMany<K extends string, T>(
    site: SiteId,
    things: readonly K[],
    reading: string,
    load: (unknown: readonly K[]) => Promise<readonly T[]>,
  ): readonly T[] | Promise<readonly T[]> {
    if (!this.keeps) return load(things);
    const now = performance.now();
    const readings = things.map((thing) => this.#readings(site, thing));
    const entries = readings.map((of) => of.get(reading));
    const missing = entries.flatMap((entry, i) => (entry && entry.until > now ? [] : [i]));
    const values = entries.map((entry) => entry?.value as T);
    if (missing.length === 0) return values;
    const asked = missing.map((i) => things[i] as K);
    return this.#loaded(load(asked), site, asked).then((loaded) => {
      missing.forEach((i, place) => {
        values[i] = this.#keep(readings[i] as Readings, reading, loaded[place] as T);
      });
      return values;
    });
  }

  /** It was written, or may be: this thing, all of the site, or everything, if they are absent. */
  forget(site?: SiteId, thing?: string): void {
    if (site === undefined) {
      this.#sites.clear();
      this.#rows = 0;
    } else if (thing === undefined) this.#sites.delete(site);
    else this.#sites.get(site)?.delete(thing);
  }

  /** Where nothing could be read, nothing is left behind. */
  async #loaded<T>(loading: Promise<T>, site: SiteId, things: readonly string[]): Promise<T> {
    try {
      return await loading;
    } catch (error) {
      for (const thing of things) this.forget(site, thing);
      throw error;
    }
  }

  /** What was written while it was read goes where nobody looks any more. */
  #keep<T>(readings: Readings, reading: string, value: T): T {
    this.#rows += rowsOf(value);
    if (this.#rows > MAX_ROWS) this.forget();
    readings.set(reading, { value, until: performance.now() + KEPT_MS });
    return value;
  }

  #readings(site: SiteId, thing: string): Readings {
    const things = made(this.#sites, site, () => new Map<string, Readings>());
    return made(things, thing, () => new Map());
  }
}

function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}

function rowsOf(value: unknown): number {
  const rows: unknown = (value as { items?: unknown } | undefined)?.items ?? value;
  return Array.isArray(rows) ? rows.length + 1 : 1;
}
