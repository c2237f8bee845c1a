import { expect, test } from 'vitest';
import { SiteState } from '#protocol/rules.ts';
import { ruleVectors } from './vectors.ts';

test('[RULE-1] what rules mean is kept as data that the contract allows, each case once', () => {
  for (const { visibility, rules, facts } of ruleVectors) {
    const state: SiteState = { visibility, rules, agents: facts.agents, open: facts.open };
    expect(SiteState.parse(state)).toEqual(state);
  }
  const names = ruleVectors.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
