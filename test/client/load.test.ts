import { afterEach, beforeEach, expect, test, vi } from 'vitest';

interface Link {
  href: string;
  onload(): void;
  onerror(): void;
  remove(): void;
}

let load: typeof import('#client/core/load.ts').load;
/** Files that are asked for, and how each answers, by `fetch` and by a preload; what has no answer does not come. */
let asked: string[];
let answers: Record<string, number>;
let preloads: Record<string, boolean>;
let standing: Set<object>;

const nameOf = (href: string) => href.slice(href.lastIndexOf('/') + 1);

beforeEach(async () => {
  vi.resetModules();
  ({ load } = await import('#client/core/load.ts'));
  [asked, answers, preloads, standing] = [[], {}, {}, new Set()];
  vi.stubGlobal('fetch', async (href: string) => {
    asked.push(nameOf(href));
    const status = answers[nameOf(href)];
    if (status === undefined) throw new TypeError('Failed to fetch');
    return new Response('', { status });
  });
  vi.stubGlobal('document', {
    createElement: () => {
      const link = { remove: () => standing.delete(link) };
      return link;
    },
    head: {
      append: (link: Link) => {
        asked.push(nameOf(link.href));
        standing.add(link);
        queueMicrotask(() => (preloads[nameOf(link.href).replace(/\?.*/, '')] ? link.onload() : link.onerror()));
      },
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  expect(standing.size).toBe(0);
});

const [one, two, three] = ['One-12345678.js', 'Two-abcdefgh.js', 'Three-_-AB12cd.js'] as const;
const part = (act: () => unknown = () => 'the part', files: readonly string[] = [two, three]) =>
  Object.assign(async () => act(), { toString: () => `()=>import(\`./${one}\`/*${files.join(' ')}*/)` });

test('[LOAD-1] a part is imported when all the files have come that its text names, and each comes once', async () => {
  answers = { [one]: 200, [two]: 200, [three]: 200 };
  expect(await load(part())).toBe('the part');
  expect(asked).toEqual([one, two, three]);
  expect(await load(part(() => 'again'))).toBe('again');
  expect(asked).toHaveLength(3);
});

test.each([
  ['did not come', undefined],
  ['was refused', 503],
])('[LOAD-1] it is not imported while one %s, and that one alone is asked for again', async (_, status) => {
  answers = { [one]: 200, [two]: 200, ...(status && { [three]: status }) };
  const imported = vi.fn();
  await expect(load(part(imported))).rejects.toThrow(three);
  expect(imported).not.toHaveBeenCalled();
  expect(asked).toEqual([one, two, three, ...(status ? [] : [`${three}?0`])]);
  asked.length = 0;
  answers[three] = 200;
  await load(part(imported));
  expect(asked).toEqual([three]);
  expect(imported).toHaveBeenCalledOnce();
});

test('[LOAD-3] where the page’s own fetch gets nothing, it comes without it, and from then on at once', async () => {
  preloads = { [one]: true, [two]: true };
  expect(await load(part(undefined, []))).toBe('the part');
  expect(asked).toEqual([one, `${one}?0`]);
  await load(part(undefined, [two]));
  expect(asked.slice(2)).toEqual([`${two}?1`]);
});

test('[LOAD-3] nor does it need a fetch that answers as fetch does', async () => {
  vi.stubGlobal('fetch', async (href: string) => {
    asked.push(nameOf(href));
    return {};
  });
  preloads = { [one]: true };
  expect(await load(part(undefined, []))).toBe('the part');
  expect(asked).toEqual([one, `${one}?0`]);
});

test('[LOAD-3] an address at which a preload failed is not asked that way again', async () => {
  await expect(load(part(undefined, []))).rejects.toThrow(one);
  await expect(load(part(undefined, []))).rejects.toThrow(one);
  expect(asked).toEqual([one, `${one}?0`, one, `${one}?1`]);
});
