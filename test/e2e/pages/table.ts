import { sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

/** So much that no frame holds it at once. */
export const table: Scene = {
  name: 'a table of 10,000 rows',
  path: '/table',
  ready: `document.querySelectorAll('tr').length === 10001`,
  files: () => ({
    '/table': sitePage(
      `<h1>Orders</h1><table><thead><tr><th>Number</th><th>Who</th><th>Sum</th></tr></thead><tbody></tbody></table>
      <script>document.querySelector('tbody').innerHTML = Array.from({ length: 10000 }, (_, n) =>
        '<tr id="r' + n + '"><td>' + n + '</td><td>Customer ' + (n * 7919) % 10007 + '</td><td class="sum">' + (n * 31) % 997 + '</td></tr>').join('');</script>`,
      `<style>body { margin: 8px; font: 14px sans-serif } table { border-collapse: collapse; width: 100%; table-layout: fixed }
        td, th { border: 1px solid #bbb; padding: 3px 6px } tr:nth-child(even) { background: #f2f6fa } thead th { position: sticky; top: 0; background: #dde }
        tr.hot { background: #fd8 }</style>`,
    ),
  }),
  acts: [
    ['the window is scrolled far down', (page) => page.evaluate('scrollTo(0, 120000)')],
    [
      'rows are marked',
      (page) =>
        page.evaluate(`for (let n = 4900; n < 5200; n += 3) document.querySelector('#r' + n).className = 'hot'`),
    ],
    [
      'the table is sorted',
      (page) =>
        page.evaluate(`{
          const body = document.querySelector('tbody');
          const sum = (row) => Number(row.lastElementChild.textContent);
          body.append(...[...body.rows].slice(0, 1500).sort((one, two) => sum(one) - sum(two)));
        }`),
    ],
    [
      'half of it goes',
      (page) =>
        page.evaluate(`for (const row of [...document.querySelector('tbody').rows].slice(0, 2000)) row.remove()`),
    ],
    ['the window is scrolled back', (page) => page.evaluate('scrollTo(0, 0)')],
  ],
};
