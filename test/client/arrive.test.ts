import { afterEach, expect, test, vi } from 'vitest';
import { arrive } from '#client/core/arrive.ts';

/** Files by address; what is not here does not come. */
function serve(files: Record<string, string | number>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const file = files[url];
    if (file === undefined) throw new TypeError('Failed to fetch');
    return typeof file === 'number' ? new Response('', { status: file }) : new Response(file);
  });
  return asked;
}

afterEach(() => void vi.unstubAllGlobals());

test('[LOAD-1] a part is there when all that it imports is, each file asked for once, circles or not', async () => {
  const asked = serve({
    'http://a.test/one.js': 'import{a}from"./two.js";import"./three.js";let b=()=>import(`./later.js`)',
    'http://a.test/two.js': 'export*from"./three.js"',
    'http://a.test/three.js': 'import{c}from"./one.js";import"https://b.test/far.js"',
  });
  await arrive('http://a.test/one.js');
  await arrive('http://a.test/two.js');
  expect(asked).toEqual(['one', 'two', 'three'].map((name) => `http://a.test/${name}.js`));
});

test.each([
  ['did not come', undefined],
  ['was refused', 503],
])(
  '[LOAD-1] it is not there while a file that it imports %s, and only that one is asked for again',
  async (why, status) => {
    const [one, two] = ['one', 'two'].map((name) => `http://b.test/${encodeURI(why)}/${name}.js`) as [string, string];
    const imports = { [one]: 'import"./two.js"' };
    const failing = serve(status ? { ...imports, [two]: status } : imports);
    await expect(arrive(one)).rejects.toThrow();
    expect(failing).toEqual([one, two]);
    const asked = serve({ ...imports, [two]: '' });
    await arrive(one);
    expect(asked).toEqual([two]);
  },
);
