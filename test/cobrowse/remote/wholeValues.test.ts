import { expect, test } from 'vitest';
import type { RemotePage } from './RemotePage.ts';
import { RemoteScene } from './RemoteScene.ts';

/** React holds them: what it did not hear of is put back. */
const held = `
  import { createElement as h, useState } from 'react';
  import { flushSync } from 'react-dom';
  import { createRoot } from 'react-dom/client';
  const types = ['date', 'time', 'datetime-local', 'month', 'week', 'color'];
  function Form() {
    const [state, set] = useState({ date: '2024-05-01', color: '#102030' });
    window.state = state;
    return types.map((type) => h('input', { key: type, id: type, type, value: state[type] ?? '',
      onChange: ({ target }) => set((former) => ({ ...former, [type]: target.value })) }));
  }
  flushSync(() => createRoot(find('#app')).render(h(Form)));
`;

const scene = RemoteScene.forTests();
let page: RemotePage;

const open = async (html: string, rules: object = { unmask: ['input'] }, app = '') => {
  page = await scene.open({ html, rules, app });
  await page.get(`hear(['input', 'change'], (e) => e.type + ' ' + e.target.id + ' ' + e.target.value)`);
};
const fill = (id: string, value: string) => page.run(`#${id}`, { do: 'fill', value });
const heldBy = (id: string) => page.get(`find('#${id}').value`);

test('[REMOTE-10] dates, times and colours that React holds are set as wholes, with the events of a choice', async () => {
  await open('<div id="app"></div>', undefined, held);
  const values = {
    date: '2026-11-21',
    time: '14:45',
    'datetime-local': '2026-11-21T14:45',
    month: '2026-11',
    week: '2026-W47',
    color: '#aabbcc',
  };
  for (const [id, value] of Object.entries(values)) {
    expect(await fill(id, value)).toBeUndefined();
    expect(await page.heard()).toEqual([`input ${id} ${value}`, `change ${id} ${value}`]);
    expect(await page.get('document.activeElement.id')).toBe(id);
    await fill(id, value);
    expect(await page.heard()).toEqual([]);
  }
  expect(await page.get('state')).toEqual(values);
  expect(await fill('date', '')).toBeUndefined();
  expect(await page.get('state.date')).toBe('');
});

test('[REMOTE-10] what the browser finds no value of the field changes nothing and is told', async () => {
  await open(`<input id="day" type="date" value="2024-05-01" min="2024-01-01" max="2026-12-31">
    <input id="slot" type="time" step="900"><input id="ink" type="color" value="#102030"><input id="name">`);
  for (const [id, value] of [
    ['day', '2024-13-01'],
    ['day', '5'],
    ['day', '2027-01-01'],
    ['slot', '10:05'],
    ['ink', ''],
    ['ink', 'url(x)'],
  ] as const) {
    expect([id, value, await fill(id, value)]).toEqual([id, value, 'INVALID_INPUT']);
  }
  expect(await fill('name', 'x')).toBe('UNSUPPORTED');
  expect([await heldBy('day'), await heldBy('slot'), await heldBy('ink')]).toEqual(['2024-05-01', '', '#102030']);
  expect(await page.heard()).toEqual([]);
  expect(await fill('slot', '10:15')).toBeUndefined();
});

test('[REMOTE-10] single keys never spoil a value; what is pasted is one, and Delete leaves none', async () => {
  await open(
    '<input id="day" type="date" value="2024-05-01"><input id="name">',
    undefined,
    `
    find('#name').addEventListener('keydown', () => find('#day').focus());`,
  );
  expect(await page.type('#day', '5')).toBe('INVALID_INPUT');
  // The page moves the focus there while the agent types elsewhere.
  await page.type('#name', '12');
  await page.key('#day', 'ArrowUp');
  await page.key('#day', 'a', ['ctrl']);
  expect(await heldBy('day')).toBe('2024-05-01');
  expect(await page.get('String(getSelection())')).toBe('');
  expect(await page.type('#day', '2026-11-21')).toBeUndefined();
  expect(await heldBy('day')).toBe('2026-11-21');
  await page.key('#day', 'Delete');
  expect(await heldBy('day')).toBe('');
});

test('[REMOTE-10] nothing is set in what is masked, a payment field, locked, or becomes one of these at the focus', async () => {
  await open(
    `<input id="born" type="date"><div id="seen"><input id="expiry" type="month" autocomplete="cc-exp">
      <input id="locked" type="date" readonly><input id="off" type="date" disabled><input id="trap" type="date"></div>`,
    { unmask: ['#seen'] },
    `find('#trap').addEventListener('focus', ({ target }) => { target.type = 'password' });`,
  );
  for (const [id, refusal] of [
    ['born', 'FORBIDDEN'],
    ['expiry', 'FORBIDDEN'],
    ['locked', 'UNSUPPORTED'],
    ['off', 'UNSUPPORTED'],
    ['trap', 'FORBIDDEN'],
  ] as const) {
    expect([id, await fill(id, id === 'expiry' ? '2026-11' : '2026-11-21')]).toEqual([id, refusal]);
    expect(await heldBy(id)).toBe('');
  }
  expect(await page.run('#seen', { do: 'fill', value: '2026-11-21' }, ['pointer', 'select'])).toBe('FORBIDDEN');
});

test('[REMOTE-11] arrows count numbers up and down and move sliders, with the events of a choice', async () => {
  await open(`<input id="many" type="number" value="3" max="5" step="2" min="1"><input id="free" type="number" step="any" value="1.5">
    <input id="loud" type="range" min="10" max="30" value="20" step="5"><input id="fine" type="range" step="any" value="50">
    <input id="locked" type="number" value="1" readonly><div dir="rtl"><input id="turned" type="range" value="50"></div>`);
  await page.key('#many', 'ArrowUp');
  await page.key('#many', 'ArrowUp');
  expect(await page.heard()).toEqual(['input many 5', 'change many 5']);
  await page.key('#many', 'ArrowDown');
  expect(await heldBy('many')).toBe('3');
  await page.key('#free', 'ArrowDown');
  expect(await heldBy('free')).toBe('0.5');
  const slid = async (id: string, key: string) => {
    await page.key(`#${id}`, key);
    return heldBy(id);
  };
  expect([await slid('loud', 'ArrowRight'), await slid('loud', 'ArrowDown'), await slid('loud', 'End')]).toEqual([
    '25',
    '20',
    '30',
  ]);
  expect([await slid('loud', 'ArrowUp'), await slid('loud', 'Home'), await slid('loud', 'PageUp')]).toEqual([
    '30',
    '10',
    '10',
  ]);
  expect([await slid('fine', 'ArrowUp'), await slid('fine', 'PageDown')]).toEqual(['51', '41']);
  expect([await slid('turned', 'ArrowLeft'), await slid('turned', 'ArrowUp')]).toEqual(['51', '52']);
  expect(await slid('locked', 'ArrowUp')).toBe('1');
});
