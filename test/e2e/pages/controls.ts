import { sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

/** All that a visitor may do with a page’s own elements. */
export const controls: Scene = {
  name: 'fields, boxes, dialogs and the like',
  path: '/controls',
  unmask: ['.shown'],
  files: () => ({
    '/controls': sitePage(
      `<h1>Controls</h1>
      <form><input id="name" class="shown" placeholder="Name"><input id="secret" value="4711"> <textarea id="note" class="shown" rows="2"></textarea>
        <label><input id="tick" class="shown" type="checkbox"> Tick</label> <input class="shown" type="radio" name="r" id="one"><input class="shown" type="radio" name="r" id="two" checked>
        <select id="size" class="shown"><option>Small</option><option>Medium</option><option>Large</option></select>
        <input id="slide" class="shown" type="range" value="20"><button id="press" type="button">Press</button></form>
      <div id="rich" class="shown" contenteditable>Rich text</div>
      <div id="box"><p>one</p><p>two</p><p>three</p><p>four</p><p>five</p></div>
      <details id="details"><summary>More</summary><p>Hidden until now</p></details>
      <dialog id="dialog"><p>A dialog</p><button>OK</button></dialog><div id="pop" popover>A popover</div>
      <ol id="list"><li>first</li><li>second</li><li>third</li></ol><a id="link" href="/components">Elsewhere</a>
      <div style="height: 900px; background: linear-gradient(#fff, #8cf)"></div><p id="end">The end</p>`,
      `<style>body { margin: 10px; font: 16px sans-serif } #box { height: 60px; width: 200px; overflow: auto; border: 1px solid }
        #press:hover { background: #fc0 } #press:focus { outline: 3px solid #06c } li.late { color: #c00; font-weight: bold } .dark { background: #223; color: #eee }
        form:focus-within { background: #efe } #rich { border: 1px dotted; min-height: 22px } ::backdrop { background: #0006 } @media (max-width: 600px) { h1 { color: #c0c } }</style>`,
    ),
  }),
  acts: [
    ['typing', (page) => page.locator('#name').pressSequentially('John Doe')],
    ['typing what is hidden', (page) => page.locator('#secret').fill('0815 4712')],
    ['lines', (page) => page.locator('#note').fill('one\ntwo')],
    // A browser’s own controls look otherwise under its own mouse, which no style can imitate.
    ['ticks', (page) => page.check('#tick').then(() => page.check('#one').then(() => page.mouse.move(790, 590)))],
    ['a choice', (page) => page.selectOption('#size', 'Large')],
    ['a slider', (page) => page.locator('#slide').fill('80')],
    ['rich text', (page) => page.locator('#rich').pressSequentially('Much ')],
    ['the pointer over a button', (page) => page.hover('#press')],
    ['focus', (page) => page.focus('#press')],
    ['a box is scrolled', (page) => page.evaluate(`document.querySelector('#box').scrollTo(0, 70)`)],
    ['details', (page) => page.click('summary')],
    [
      'classes and order',
      (page) =>
        page.evaluate(`{
          const list = document.querySelector('#list');
          list.prepend(list.lastElementChild);
          list.children[1].className = 'late';
          document.body.classList.add('dark');
        }`),
    ],
    ['a modal dialog', (page) => page.evaluate(`document.querySelector('#dialog').showModal()`)],
    [
      'no dialog',
      (page) => page.click('#dialog button').then(() => page.evaluate(`document.querySelector('#dialog').close()`)),
    ],
    ['a popover', (page) => page.evaluate(`document.querySelector('#pop').showPopover()`)],
    ['no popover', (page) => page.evaluate(`document.querySelector('#pop').hidePopover()`)],
    ['a full screen', (page) => page.evaluate(`document.querySelector('#box').requestFullscreen()`)],
    ['no full screen', (page) => page.evaluate('document.exitFullscreen()')],
    ['the window is scrolled', (page) => page.evaluate('scrollTo(0, 400)')],
    ['the window has another size', (page) => page.setViewportSize({ width: 560, height: 480 })],
    ['back, loaded again', (page) => page.reload()],
    ['another page of the site', (page) => page.evaluate('scrollTo(0, 0)').then(() => page.click('#link'))],
    ['and back', (page) => page.goBack()],
  ],
};
