import { html, sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

const style =
  '<style>body { margin: 8px; font: 15px sans-serif } iframe { border: 2px solid #888; margin: 3px }</style>';

/** Pages within pages, of this origin, of none, and of another. */
export const frames: Scene = {
  name: 'frames',
  path: '/frames',
  ready: 'frames.length === 5',
  files: ({ own, other }) => ({
    '/frames': sitePage(
      `<h1>Frames</h1><iframe id="same" src="/frames/outer" width="360" height="190"></iframe>
      <iframe id="blank" width="300" height="80"></iframe>
      <iframe id="doc" srcdoc="<style>p{color:#c06}</style><p>From the attribute</p>" width="300" height="80"></iframe>
      <iframe id="scripted" src="${other}/frames/scripted" width="300" height="100"></iframe>
      <iframe id="foreign" src="${other}/frames/foreign" width="300" height="100"></iframe>
      <script>document.querySelector('#blank').contentDocument.body.innerHTML = '<h3 style="margin: 4px; color: green">Written by script</h3>'</script>`,
      style,
    ),
    '/frames/outer': html(
      '<h2>Outer</h2><iframe id="inner" src="/frames/inner" width="300" height="100"></iframe>',
      style,
    ),
    '/frames/inner': html(
      '<div id="box" style="height: 60px; overflow: auto"><p style="background: #fc8">Inner text</p><p>two</p><p>three</p></div>',
      style,
    ),
    '/frames/second': html('<h2 style="color: #808">Another page in the frame</h2>', style),
    '/frames/scripted': sitePage(`<h3>Another origin, with the script</h3><p id="count">0</p>`, style),
    '/frames/foreign': html(`<h3>Another origin’s own ${own.length}</h3>`, style),
  }),
  apart: '#foreign',
  acts: [
    [
      'text changes in the innermost',
      (page) =>
        page.evaluate(
          `document.querySelector('#same').contentDocument.querySelector('#inner').contentDocument.querySelector('p').textContent = 'Changed within'`,
        ),
    ],
    [
      'a box in it is scrolled',
      (page) =>
        page
          .frameLocator('#same')
          .frameLocator('#inner')
          .locator('#box')
          .evaluate((box) => {
            (box as unknown as { scrollTop: number }).scrollTop = 40;
          }),
    ],
    [
      'styles and elements come into what a script wrote',
      (page) =>
        page.evaluate(`{
          const { body, head } = document.querySelector('#blank').contentDocument;
          head.innerHTML = '<style>h3 { background: #ff8 } p { margin: 2px }</style>';
          body.insertAdjacentHTML('beforeend', '<p>and more</p>');
        }`),
    ],
    [
      'a frame of another origin, that has the script, changes',
      (page) =>
        page
          .frameLocator('#scripted')
          .locator('#count')
          .evaluate((count) => {
            Object.assign(count as object, { textContent: 'Changed elsewhere', className: 'new' });
          }),
    ],
    [
      'a frame goes to another page',
      (page) => page.evaluate(`document.querySelector('#same').contentWindow.location.href = '/frames/second'`),
    ],
    ['srcdoc changes', (page) => page.evaluate(`document.querySelector('#doc').srcdoc = '<h3>Something else</h3>'`)],
    [
      'a frame comes, and another goes',
      (page) =>
        page.evaluate(`{
          document.querySelector('#blank').remove();
          document.querySelector('h1').insertAdjacentHTML('afterend', '<iframe src="/frames/inner" width="200" height="90"></iframe>');
        }`),
    ],
  ],
};
