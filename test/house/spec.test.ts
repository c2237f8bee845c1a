import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

const PROMISE = /\[([A-Z]+-\d+)\]/g;
const numbersIn = (text: string) => [...text.matchAll(PROMISE)].flatMap(([, number]) => number ?? []);

const promised = numbersIn(readFileSync(join(root, 'docs/SPEC.md'), 'utf8'));
const quoted = new Set(
  globSync('test/**/*.ts', { cwd: root }).flatMap((path) => numbersIn(readFileSync(join(root, path), 'utf8'))),
);

test('[HOUSE-4] every promise of docs/SPEC.md is quoted by a test', () => {
  expect(promised.filter((number) => !quoted.has(number))).toEqual([]);
});

test('[HOUSE-5] every number a test quotes is promised, once', () => {
  expect([...quoted].filter((number) => !promised.includes(number))).toEqual([]);
  expect(promised.filter((number, index) => promised.indexOf(number) !== index)).toEqual([]);
});
