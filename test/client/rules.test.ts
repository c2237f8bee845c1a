import { expect, test } from 'vitest';
import { evaluate } from '#client/rules/evaluate.ts';
import { ruleVectors } from '#test/rules/vectors.ts';

test.each(ruleVectors)('[WRULE-1] $name', ({ visibility, rules, facts, expected }) => {
  expect(evaluate({ visibility, rules }, facts)).toEqual(expected);
});
