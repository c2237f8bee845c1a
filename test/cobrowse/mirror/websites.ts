/** Pages of kinds that a mirror has to show as they are; `change` is run in them once they are shown. */
export interface Website {
  html: string;
  change: string;
  /** Pictures of canvases lose a little on the way, along the edges of what is drawn. */
  tolerance?: number;
  most?: number;
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40" fill="teal"/><circle cx="30" cy="20" r="15" fill="gold"/></svg>`;

export const assets = {
  '/drawing.svg': ['image/svg+xml', drawing],
  '/sprite.svg': [
    'image/svg+xml',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><style>.dot { fill: gold }</style><defs><path id="p" d="M0 0H20V20"/></defs><symbol id="star" viewBox="0 0 20 20"><script>parent.ran = 1</script><use xlink:href="#p" fill="currentColor"/><circle class="dot" cx="5" cy="15" r="4"/></symbol></svg>',
  ],
  '/other.svg': ['image/svg+xml', drawing.replace('teal', 'olive')],
  '/sheet.css': [
    'text/css',
    '@import "inner.css"; .linked { border: 4px solid rgb(20, 90, 200); background: url(drawing.svg) }',
  ],
  '/lossy.css': [
    'text/css',
    '.box { border: 0; padding: 9px } p.box { border: var(--b); border-color: crimson; background: var(--bg); background-size: 20px 20px }',
  ],
  '/inner.css': ['text/css', '.inner { letter-spacing: 3px }'],
  '/within.html': [
    'text/html',
    '<!doctype html><style>body{margin:0;font:20px serif;background:#def} p{width:50vw;background:url(/drawing.svg)}</style><p>In a frame</p><button>Press</button>',
  ],
} as const;

export const websites: Readonly<Record<string, Website>> = {
  'layout of the window': {
    html: `<!doctype html><style>
      html { font-size: 10px } body { margin: 0; height: 3000px; font: 2rem/1.4 sans-serif }
      .bar { position: fixed; inset: 0 0 auto; height: 10vh; background: linear-gradient(90deg, navy, orange); color: #fff }
      .half { margin-top: 12vh; width: 50vw; height: 30vh; background: #cde } .sticky { position: sticky; top: 10vh; background: #fc9 }
      @media (min-width: 700px) { .half { border-left: 2rem solid crimson } } @media (max-width: 700px) { .half { display: none } }
      .grid { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1rem } .grid > * { background: #eee; border-radius: 8px }
      .box { height: 8rem; overflow: auto } .box i { display: block; height: 30rem; background: linear-gradient(red, blue) }
    </style><div class="bar">Fixed</div><div class="half">Half</div><p class="sticky">Sticky</p>
    <div class="grid"><b>1</b><b>2</b><b>3</b><b>4</b></div><div class="box"><i></i></div>`,
    change: `scrollTo(0, 260); document.querySelector('.box').scrollTop = 100; document.querySelector('.grid').append('five')`,
  },
  'pictures and sheets': {
    html: `<!doctype html><link rel="stylesheet" href="/sheet.css"><style>
      body { font: 16px sans-serif } .css { width: 200px; height: 100px; background: url(/drawing.svg) }
      .set { width: 90px; height: 60px; background: image-set(url("/drawing.svg") 1x) } li { list-style-image: url("/drawing.svg") }
    </style><img src="/drawing.svg"><img srcset="/drawing.svg 1x" width="30"><p class="linked inner">Linked</p>
    <div class="css"></div><div class="set"></div><p style="background:url(/drawing.svg)">Inline</p><ul><li>Point</ul>
    <svg width="100" height="50"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient></defs>
    <rect width="100" height="50" fill="url(#g)"/><image href="/drawing.svg" width="40" height="30"/></svg>`,
    change: `document.body.append(Object.assign(new Image(), { src: '/other.svg' }));
      document.querySelector('style').append('p { color: purple }');
      document.querySelector('style').sheet.insertRule('.set { outline: 3px dashed green }', 0)`,
  },
  'web components': {
    html: `<!doctype html><style>body { font: 16px sans-serif } x-card:not(:defined) { display: none } x-card { display: block; margin: 8px }</style>
      <x-card title="One"><em>Slotted</em></x-card><x-card title="Two"></x-card><script>
      const sheet = new CSSStyleSheet(); sheet.replaceSync(':host { border: 2px solid teal; padding: 4px } h2 { color: teal; margin: 0 } :host([hot]) { background: #fee }');
      customElements.define('x-card', class extends HTMLElement {
        connectedCallback() { const root = this.attachShadow({ mode: 'open' }); root.adoptedStyleSheets = [sheet];
          root.innerHTML = '<style>::slotted(em) { color: crimson }</style><h2>' + this.title + '</h2><slot>Nothing</slot>'; } });
      window.sheet = sheet;</script>`,
    change: `document.querySelector('x-card').toggleAttribute('hot'); sheet.insertRule('h2 { text-decoration: underline }');
      document.querySelectorAll('x-card')[1].shadowRoot.querySelector('h2').append(' and more');
      document.body.append(document.createElement('x-card'))`,
  },
  'a frame': {
    html: `<!doctype html><body style="font:16px sans-serif"><p>Around</p><iframe src="/within.html" width="400" height="200" style="border:5px solid navy;padding:7px"></iframe>`,
    change: `const inner = document.querySelector('iframe').contentDocument; inner.querySelector('p').textContent = 'Changed in a frame'; inner.body.append(inner.createElement('hr'))`,
  },
  'a page in quirks': {
    html: `<html><body style="font:16px sans-serif"><table style="color:red"><tr><td>Quirks</table><table><tr><td style="width:200;height:60;background:#ccf">Unitless</table><img src="/drawing.svg" align="right"><center><font size="5" color="green">Old</font></center>`,
    change: `document.body.bgColor = '#ffd'`,
  },
  'a page of almost standards': {
    html: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><body style="font:40px/2 serif"><table cellspacing=0 cellpadding=0 bgcolor=silver><tr><td><img src="/drawing.svg"></table><p>Text`,
    change: `document.querySelector('td').append('x')`,
  },
  fields: {
    html: `<!doctype html><body style="font:16px sans-serif"><form><input name="setAttribute" value="one"><input type="checkbox" checked><input type="radio" name="r"><input type="radio" name="r" checked>
      <textarea rows="3">Some
text</textarea><select><option>First<option selected>Second</select><select multiple><option selected>A<option>B<option selected>C</select><input type="range" value="80"><progress value=".4"></progress><meter value=".7"></meter><button disabled>No</button><details open><summary>Sum</summary>mary</details></form>
      <dialog style="border:3px solid red">Modal</dialog>`,
    change: `document.querySelector('input').value = 'typed'; document.querySelectorAll('input')[1].checked = false; document.querySelectorAll('[type=radio]')[0].checked = true;
      document.querySelector('textarea').value = 'Other'; document.querySelector('select').selectedIndex = 0; document.querySelectorAll('select')[1].options[1].selected = true; document.querySelector('[type=range]').value = 10; document.querySelector('dialog').showModal(); document.activeElement.blur()`,
  },
  'a canvas': {
    tolerance: 60,
    most: 1500,
    html: `<!doctype html><canvas width="300" height="200" style="border:1px solid"></canvas><script>
      const pen = document.querySelector('canvas').getContext('2d'); pen.fillStyle = 'rgb(200, 40, 40)'; pen.fillRect(20, 20, 120, 90); pen.fillStyle = 'rgb(30, 90, 160)'; pen.fillRect(100, 60, 150, 100);</script>`,
    change: `pen.clearRect(0, 0, 300, 200); pen.fillStyle = 'rgb(10, 130, 60)'; pen.fillRect(0, 0, 200, 200)`,
  },
  'styles by script': {
    html: `<!doctype html><style id="s"></style><p class="a">Rules of a script</p><p class="b" style="color: rgb(1, 2, 3)">Inline</p><script>
      const sheet = document.querySelector('#s').sheet; sheet.insertRule('.a { color: rgb(200, 0, 100); font-size: 30px }'); sheet.insertRule('@media screen { .b { padding: 20px } }');</script>`,
    change: `sheet.insertRule('.a { background: #ffe }', 0); sheet.cssRules[1].cssRules[0].style.setProperty('background', '#eef', 'important'); document.querySelector('.b').style.fontWeight = 'bold'; document.querySelector('.b').style.setProperty('color', 'blue', 'important')`,
  },
  'what scripts animate': {
    html: `<!doctype html><style>body { font: 16px sans-serif; margin: 0 } div { width: 80px; height: 40px; background: teal; margin: 8px }</style>
      <div id="kept"></div><div id="still"></div><div id="over"></div><div id="host"></div><script>
      kept.animate({ transform: 'translateX(150px)', backgroundColor: 'crimson' }, { duration: 10, fill: 'forwards' });
      const still = document.querySelector('#still').animate({ transform: ['none', 'translateX(400px) rotate(90deg)'], opacity: [1, 0.2] }, { duration: 1000, easing: 'ease-in' });
      still.pause(); still.currentTime = 500;
      host.attachShadow({ mode: 'open' }).innerHTML = '<p>Within</p>';</script>`,
    change: `still.currentTime = 900;
      over.animate([{ marginLeft: '8px' }, { marginLeft: '300px', background: 'url(/drawing.svg)', offset: 0.5 }, { marginLeft: '200px' }], { duration: 1, fill: 'both', iterations: 3 });
      host.shadowRoot.querySelector('p').animate({ color: 'red' }, { duration: 1, fill: 'forwards' });
      kept.getAnimations()[0].cancel()`,
  },
  'shapes from elsewhere': {
    html: `<!doctype html><style>body { font: 16px sans-serif; color: purple } .bg-\\[url\\(\\/drawing\\.svg\\)\\] { background: url(/drawing.svg); height: 60px } object { margin: 5px }</style>
      <svg width="300" height="60"><defs><path id="q" d="M0 0H20V20"/></defs><use xlink:href="#q" x="30"/><use href="/sprite.svg#star" width="40" height="40" x="60"/>
      <use id="late" xlink:href="/none.svg#star" width="40" height="40" x="120"/></svg><div class="bg-[url(/drawing.svg)]">Class</div>
      <style type="text/less">body { color: red }</style>`,
    change: `late.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '/sprite.svg#star')`,
  },
  'states that show in no attribute': {
    html: `<!doctype html><style>@layer base { #b { outline: none } } p:target { background: gold } input:indeterminate + b { color: red } :is(h1, input:target) { font: 20px sans-serif }</style>
      <input type="checkbox" id="a"><b>One</b><input type="checkbox" id="b"><b>Two</b><p id="part">Part</p><p id="other">Other</p><script>a.indeterminate = true; location.hash = 'part'</script>`,
    change: `location.hash = 'other'; a.indeterminate = false; b.indeterminate = true; b.focus({ focusVisible: true })`,
  },
  'focus and pointer through slots': {
    html: `<!doctype html><style>body { font: 16px sans-serif } x-list { display: block; margin: 8px } svg::part(none), x-list::part(icon) { color: red }</style>
      <x-list><x-item tabindex="0" id="one">One</x-item><x-item id="two"><b tabindex="0" id="in">Two</b></x-item></x-list><script>
      customElements.define('x-item', class extends HTMLElement { connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<style>:host { display: block; padding: 4px } :host(:focus-visible) { outline: none; background: gold } i:hover { background: lime } i:focus-within { letter-spacing: 4px }</style><i><slot></slot></i>'; } });
      customElements.define('x-list', class extends HTMLElement { connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<style>:host { border: 2px solid } div:focus-within { background: #def }</style><svg part="icon" width="20" height="20"><path d="M0 0H20V20" fill="currentColor"/></svg><div><slot></slot></div>'; } });
      one.focus({ focusVisible: true });</script>`,
    change: `document.querySelector('#in').focus({ focusVisible: false })`,
  },
  'rules that no browser writes out whole': {
    html: `<!doctype html><style id="off">p { margin: 40px }</style><style id="on">html { background: gold }</style><script>document.querySelector('#on').sheet.disabled = true</script><link rel="stylesheet" href="/lossy.css"><style>:root { --b: 6px dashed; --bg: url(/drawing.svg) }</style><p class="box">Box</p>`,
    change: `document.documentElement.style.setProperty('--b', '4px solid'); off.disabled = true; document.querySelector('#on').sheet.disabled = false`,
  },
  'the tongue of old pages': {
    html: `<html><body bgcolor="#ffeecc" text="navy" link="red"><p>Text <a href="/x">link</a></p><img src="/drawing.svg" align="right" hspace="20" vspace="10"></body></html>`,
    change: `document.body.setAttribute('text', 'green')`,
  },
};

/** Looks otherwise by what the visitor’s system says. */
export const wishes = `<!doctype html><meta name="color-scheme" content="light dark"><style>
  body { font: 16px sans-serif; margin: 10px } p { color: light-dark(navy, gold); padding: 6px }
  @media (prefers-color-scheme: dark) { h1 { color: tomato } } @media not (prefers-color-scheme:dark) { h1 { color: teal } }
  @media (prefers-reduced-motion) { p { border: 3px solid } } @media (prefers-reduced-motion: no-preference) { p { outline: 3px dotted red } }
  @media (hover: hover) and (pointer: fine) { p { letter-spacing: 2px } } @media (hover: none) { p { display: none } }
  b { color-scheme: light dark; background: Canvas; color: CanvasText }</style>
  <style media="(prefers-color-scheme: dark)">i { color: lime }</style>
  <h1>Wishes</h1><p>Light or dark</p><b>Canvas</b><i>Attribute</i><input value="field"><iframe srcdoc="<style>@media (prefers-color-scheme: dark) { body { background: #224 } }</style>In"></iframe>`;
