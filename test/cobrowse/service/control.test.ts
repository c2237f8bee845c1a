import { describe, expect, test } from 'vitest';
import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';
import { Control } from '#signaling/cobrowse/Control.ts';

const here = 't_anna' as TabId;
const there = 't_ben' as TabId;
const anna = { email: 'anna@example.com', name: 'Anna' };
const ben = { email: 'ben@example.com', name: 'Ben' };

const asking = (tab: TabId, agent: typeof anna, ...capabilities: CobrowseCapability[]) => ({
  tab,
  agent,
  capabilities,
});

function granted(...capabilities: CobrowseCapability[]): Control {
  const control = new Control();
  control.ask(asking(here, anna, ...capabilities));
  control.answer(anna.email, capabilities);
  control.prove(control.granted);
  return control;
}

describe('[COB-10] who acts in the page', () => {
  test('nobody, until somebody asks and the visitor says so, and then only from that page and only so far', () => {
    const control = new Control();
    expect(control.may(here, 'pointer')).toBe(false);
    expect(control.ask(asking(here, anna, 'pointer', 'type'))).toBe(true);
    expect(control.may(here, 'pointer')).toBe(false);
    expect(control.answer(anna.email, ['pointer'])).toBe('granted');
    expect(control.may(here, 'pointer')).toBe(false);
    control.prove(control.granted);
    expect(control.may(here, 'pointer')).toBe(true);
    expect(control.may(here, 'type')).toBe(false);
    expect(control.may(there, 'pointer')).toBe(false);
    expect(control.viewFor()).toEqual({ control: { agent: anna, capabilities: ['pointer'] }, asked: undefined });
  });

  test('the page that asks and acts is told so, and no other one, of the same agent neither', () => {
    const control = granted('pointer');
    const other = 't_anna2' as TabId;
    expect(control.viewFor(here).control).toEqual({ agent: anna, capabilities: ['pointer'], here: true });
    expect(control.viewFor(other).control).toEqual({ agent: anna, capabilities: ['pointer'] });
    control.ask(asking(other, anna, 'scroll'));
    expect(control.viewFor(here).asked).toEqual({ agent: anna, capabilities: ['scroll'] });
    expect(control.viewFor(other).asked).toEqual({ agent: anna, capabilities: ['scroll'], here: true });
  });

  test('never more than was asked for, and never who did not ask', () => {
    const control = new Control();
    control.ask(asking(here, anna, 'scroll'));
    expect(control.answer(ben.email, ['scroll'])).toBeUndefined();
    expect(control.answer(anna.email, ['scroll', 'type'])).toBeUndefined();
    expect(control.answer(ben.email, [])).toBeUndefined();
    expect(control.granted).toBeUndefined();
    expect(control.viewFor().asked).toEqual({ agent: anna, capabilities: ['scroll'] });
  });

  test('who acts may be given less, and nothing; more has to be asked for', () => {
    const control = granted('pointer', 'scroll');
    expect(control.answer(anna.email, ['pointer', 'type'])).toBeUndefined();
    expect(control.answer(anna.email, ['scroll'])).toBe('granted');
    expect(control.may(here, 'pointer')).toBe(false);
    expect(control.answer(anna.email, ['pointer'])).toBeUndefined();
    expect(control.answer(anna.email, [])).toBe('revoked');
    expect(control.viewFor()).toEqual({ control: undefined, asked: undefined });
  });

  test('one question at a time; the one who asks may ask otherwise', () => {
    const control = new Control();
    expect(control.ask(asking(here, anna, 'pointer'))).toBe(true);
    expect(control.ask(asking(there, ben, 'pointer'))).toBe(false);
    expect(control.ask(asking(here, anna, 'scroll'))).toBe(true);
    expect(control.answer(anna.email, ['pointer'])).toBeUndefined();
    expect(control.answer(anna.email, [])).toBe('refused');
    expect(control.ask(asking(there, ben, 'pointer'))).toBe(true);
  });

  test('one acts at a time: a new one takes it over', () => {
    const control = granted('pointer');
    control.ask(asking(there, ben, 'pointer'));
    expect(control.may(here, 'pointer')).toBe(true);
    const former = control.granted;
    expect(control.answer(ben.email, ['pointer'])).toBe('granted');
    control.prove(former);
    expect(control.may(there, 'pointer')).toBe(false);
    control.prove(control.granted);
    expect([control.may(here, 'pointer'), control.may(there, 'pointer')]).toEqual([false, true]);
  });

  test('a visitor who says nothing to an agent who acts and asks for more has both end', () => {
    const control = granted('pointer');
    control.ask(asking(here, anna, 'type'));
    expect(control.answer(anna.email, [])).toBe('revoked');
    expect(control.viewFor()).toEqual({ control: undefined, asked: undefined });
  });

  test('a page that goes takes along what it could and what it asked for, and nobody else’s', () => {
    const control = granted('pointer');
    control.ask(asking(there, ben, 'scroll'));
    expect(control.drop(there)).toMatchObject({ asked: { agent: ben }, granted: undefined });
    expect(control.may(here, 'pointer')).toBe(true);
    expect(control.drop(here)).toMatchObject({ asked: undefined, granted: { agent: anna } });
    expect(control.drop(here)).toEqual({ asked: undefined, granted: undefined });
    expect(control.may(here, 'pointer')).toBe(false);
  });
});
