import { css, font, picture, sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

/** Pictures, fonts and sheets that only who has logged in may load, and such of another origin. */
export const walled: Scene = {
  name: 'what only the visitor can load',
  path: '/walled',
  before: (page, url) => page.goto(`${url}/login`).catch(() => {}),
  ready: `document.fonts.status === 'loaded' && [...document.images].every((image) => image.complete)`,
  files: ({ other }) => ({
    '/walled': sitePage(
      `<h1>Behind a login</h1><p class="own">In the own font</p>
      <img id="photo" src="/walled/photo.svg" width="120" height="80" alt="">
      <img id="set" srcset="/walled/small.svg 0.5x, /walled/large.svg 2x" alt="">
      <picture><source srcset="/walled/large.svg 120w" sizes="60px"><img id="wide" alt=""></picture>
      <div class="back"></div><div class="imported">Imported</div>
      <img id="open" src="${other}/walled/open.svg" crossorigin="anonymous" width="120" height="80" alt="">
      <img id="simple" src="${other}/walled/open.svg" width="120" height="80" alt="">
      <img id="closed" src="${other}/walled/closed.svg" width="120" height="80" alt="">
      <svg width="120" height="80"><image href="/walled/photo.svg" width="60" height="40"/></svg>
      <ul><li>Point</li></ul><div id="more"></div>`,
      `<link rel="stylesheet" href="/walled/walled.css"><link rel="stylesheet" href="${other}/walled/open.css" crossorigin="anonymous">
       <style>body { margin: 10px; font: 16px sans-serif }</style>`,
    ),
    '/walled/walled.css': {
      ...css(`@import "imported.css"; @font-face { font-family: Blocks; src: url(blocks.ttf) }
        .own { font: 20px Blocks } .back { height: 90px; background: url("back.svg") 10px 5px / 60px } li { list-style-image: url(dot.svg) }
        #photo:hover { content: url(large.svg) }`),
      walled: true,
    },
    '/walled/imported.css': {
      ...css('.imported { background: url(back.svg); color: #fff; padding: 10px }'),
      walled: true,
    },
    '/walled/blocks.ttf': { ...font(), walled: true },
    '/walled/photo.svg': { ...picture('#c63'), walled: true },
    '/walled/small.svg': { ...picture('#36c'), walled: true },
    '/walled/large.svg': { ...picture('#3a6', 120, 80), walled: true },
    '/walled/back.svg': { ...picture('#63c'), walled: true },
    '/walled/dot.svg': { ...picture('#c36', 16, 16), walled: true },
    '/walled/open.svg': { ...picture('#6c3'), cors: true },
    '/walled/closed.svg': picture('#999'),
    '/walled/open.css': { ...css('h1 { color: #063; background: url(open.svg) right }'), cors: true },
  }),
  apart: '#closed',
  acts: [
    ['a picture changes', (page) => page.evaluate(`document.querySelector('#photo').src = '/walled/large.svg'`)],
    [
      'pictures come later',
      (page) =>
        page.evaluate(
          `document.querySelector('#more').innerHTML = '<img src="/walled/back.svg" alt=""><b style="background: url(/walled/small.svg); padding: 20px">text</b>'`,
        ),
    ],
    [
      'a style comes later, with a font of its own',
      (page) =>
        page.evaluate(
          `document.head.insertAdjacentHTML('beforeend', '<style>@font-face { font-family: Other; src: url(/walled/blocks.ttf) } .imported { font-family: Other }</style>')`,
        ),
    ],
    ['the page is loaded again', (page) => page.reload()],
  ],
};
