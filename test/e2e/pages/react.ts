import { bundle } from '#test/ui/UiServer.ts';
import { script, sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

const [shop] = await bundle(`import '#test/e2e/pages/reactShop.mjs';`);

/** An app whose styles no element of it has as text. */
export const react: Scene = {
  name: 'a React app with CSS in JS',
  path: '/react',
  ready: `document.querySelector('#apple') !== null && [...document.querySelectorAll('style')].every((style) => style.textContent === '')`,
  unmask: ['#search'],
  files: () => ({
    '/react': sitePage('<div id="root"></div><script type="module" src="/react.js"></script>'),
    '/react.js': script(shop?.code ?? ''),
  }),
  acts: [
    ['a state brings new rules', (page) => page.click('#birch button')],
    ['a list is turned round', (page) => page.click('#turn')],
    ['typing filters a list', (page) => page.locator('#search').pressSequentially('e')],
    ['more is opened', (page) => page.click('#open')],
    ['the pointer is over a card', (page) => page.hover('#elm')],
    ['the window is made small', (page) => page.setViewportSize({ width: 480, height: 600 })],
    ['the page is loaded again', (page) => page.reload()],
  ],
};
