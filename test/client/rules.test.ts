import { domainToASCII, domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '#client/rules/evaluate.ts';
import { unicodeHost } from '#client/rules/unicodeHost.ts';
import { ruleVectors } from '#test/rules/vectors.ts';

test.each(ruleVectors)('[WRULE-1] $name', ({ visibility, rules, facts, expected }) => {
  expect(evaluate({ visibility, rules }, facts)).toEqual(expected);
});

test('[WRULE-32] hosts are read as any label of them was written, and what is none stays as it is', () => {
  const label = fc.string({
    unit: fc.constantFrom(...'abcxyz019äöüßéñøżőçλжя中文字한글かなあ'),
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(label, label, (one, other) => {
      const ascii = domainToASCII(`${one}.${other}.example`);
      expect(unicodeHost(`https://${ascii}:8443/`)).toBe(`https://${domainToUnicode(ascii)}:8443/`);
    }),
  );
  for (const none of ['xn--', 'xn--a-ü', 'xn---', 'xn--99999999999999', 'xn--zzzzzzzzzzzzzz', 'axn--mller-kva']) {
    expect(unicodeHost(`https://${none}/`)).toBe(`https://${none}/`);
  }
});
