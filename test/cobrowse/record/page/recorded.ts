import type { eventWithTime } from '@rrweb/types';
import { Privacy } from '#client/cobrowse/privacy/Privacy.ts';
import { Recorder } from '#client/cobrowse/record/Recorder.ts';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import { Fuzzer } from './Fuzzer.ts';
import { shape } from './shape.ts';

interface Emission {
  kind: string;
  more: boolean;
  events: readonly eventWithTime[];
}

const closed = { maskAll: false, mask: [], unmask: [], block: [] };

/** A page that is recorded, as a test drives it: what the recorder told is kept in `told`. */
const page = {
  told: [] as Emission[],
  recorder: undefined as Recorder | undefined,
  privacy: undefined as Privacy | undefined,
  shape: () => shape(document),

  record(rules: Partial<CobrowsePrivacy> = {}, origins: string[] = []): void {
    const numbers = new Map<string, number>();
    const of = (url: string, kind: string) => {
      const key = `${kind} ${url}`;
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return `asset:${numbers.get(key)}`;
    };
    page.privacy = new Privacy({ ...closed, ...rules, unmask: ['#sentinel', ...(rules.unmask ?? [])] });
    page.recorder = new Recorder({
      document,
      privacy: page.privacy,
      assets: { of, css: (text) => text, styleOf: (url) => of(url, 'style') },
      far: { site: 'shop', cobrowse: { control: true, privacy: closed, origins } },
      // As it goes over the wire.
      emit: (events, kind, more) => page.told.push({ kind, more, events: JSON.parse(JSON.stringify(events)) }),
    });
    page.recorder.start();
  },

  events: (): readonly eventWithTime[] => page.told.flatMap(({ events }) => events),

  /** Resolves when everything is told that the page has come to: what fields hold is told last of all, and together. */
  async settled(): Promise<void> {
    const field = document.querySelector<HTMLInputElement>('#sentinel');
    if (!field) throw new Error('the page has no sentinel');
    field.value = `${Number(field.value || 0) + 1}`;
    const wanted = field.value;
    let looked = 0;
    const isTold = () => {
      const fresh = page.told.slice(looked).flatMap(({ events }) => events);
      looked = page.told.length;
      return fresh.some((event) => isInput(event, wanted) || isSnapshotOf(event, wanted));
    };
    while (!isTold()) {
      field.dispatchEvent(new Event('change', { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
    }
    while (page.told.filter(({ kind }) => kind === 'full').at(-1)?.more)
      await new Promise((resolve) => setTimeout(resolve));
  },

  /** Changes at random; answers how the page looks at some moments, and how many events had come by then. */
  async fuzz(seed: number, moments: number, most: number): Promise<{ shape: string; events: number }[]> {
    const fuzzer = new Fuzzer(document.querySelector('#area') as HTMLElement, seed);
    const looks: { shape: string; events: number }[] = [];
    for (let moment = 0; moment < moments; moment++) {
      for (let batch = fuzzer.below(6); batch >= 0; batch--) {
        for (let step = fuzzer.below(most); step >= 0; step--) fuzzer.step();
        const waits = [async () => {}, nextTask, nextFrame];
        await waits[fuzzer.below(3)]?.();
      }
      await page.settled();
      looks.push({ shape: shape(document), events: page.events().length });
    }
    return looks;
  },
};

const nextTask = () => new Promise((resolve) => setTimeout(resolve));
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

const isInput = ({ type, data }: eventWithTime, text: string) =>
  type === 3 && (data as { source: number }).source === 5 && (data as { text?: string }).text === text;

/** A piece of a whole page, the first or a later one. */
const isSnapshotOf = ({ data }: eventWithTime, value: string) =>
  JSON.stringify(data).includes(`"id":"sentinel","value":"${value}"`);

Object.assign(window, { page });
export type RecordedPage = typeof page;
