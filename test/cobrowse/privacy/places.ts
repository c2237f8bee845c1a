/** A place in a page where something private may stand. */
export interface Place {
  name: string;
  html: (secret: string) => string;
  /** What stands there, where not every text can. */
  secret?: (n: number) => string;
  /** Runs after the html is in the page; `root` is what it is in. */
  script?: (secret: string) => string;
}

const typed = ['text', 'search', 'email', 'tel', 'url', 'password', 'submit', 'button', 'reset', 'frobnicate', ''];

const number = (n: number) => String(731_000_000 + n * 97);
const date = (n: number) => `${1931 + (n % 60)}-0${1 + (n % 9)}-1${n % 10}`;
const color = (n: number) => `#a${(n + 0x1b2c3).toString(16).padStart(5, '0')}`;

/** Hidden whatever the site has set, unless it unmasks them. */
export const fieldPlaces: readonly Place[] = [
  ...typed.map((type) => ({
    name: `value of an input of type “${type}”`,
    html: (secret: string) => `<input type="${type}" value="${secret}">`,
  })),
  { name: 'value of a hidden input', html: (secret) => `<input type="hidden" name="csrf" value="${secret}">` },
  { name: 'value of a number', secret: number, html: (secret) => `<input type="number" value="${secret}">` },
  {
    name: 'value of a range',
    secret: number,
    html: (secret) => `<input type="range" max="999999999" value="${secret}">`,
  },
  { name: 'limits of a range', secret: number, html: (secret) => `<input type="range" min="1" max="${secret}">` },
  { name: 'value of a date', secret: date, html: (secret) => `<input type="date" value="${secret}">` },
  { name: 'value of a time', secret: date, html: (secret) => `<input type="datetime-local" value="${secret}T11:27">` },
  { name: 'value of a colour', secret: color, html: (secret) => `<input type="color" value="${secret}">` },
  { name: 'value of a checkbox', html: (secret) => `<input type="checkbox" checked value="${secret}">` },
  { name: 'value of a radio', html: (secret) => `<input type="radio" checked name="r" value="${secret}">` },
  { name: 'text alternative of a picture that is a button', html: (secret) => `<input type="image" alt="${secret}">` },
  { name: 'default text of a textarea', html: (secret) => `<textarea>${secret}</textarea>` },
  { name: 'text of an option', html: (secret) => `<select><option>All</option><option>${secret}</option></select>` },
  { name: 'text of the chosen option', html: (secret) => `<select><option selected>${secret}</option></select>` },
  { name: 'value of an option', html: (secret) => `<select><option selected value="${secret}">One</option></select>` },
  { name: 'label of an option', html: (secret) => `<select><option label="${secret}">One</option></select>` },
  {
    name: 'group of options',
    html: (secret) => `<select><optgroup label="${secret}"><option>One</option></optgroup></select>`,
  },
  { name: 'options of a list', html: (secret) => `<select multiple><option selected>${secret}</option></select>` },
  { name: 'suggestion', html: (secret) => `<datalist id="d"><option value="${secret}"></option></datalist>` },
  { name: 'text of a suggestion', html: (secret) => `<datalist><option>${secret}</option></datalist>` },
  { name: 'text around suggestions', html: (secret) => `<datalist>${secret}</datalist>` },
  { name: 'output', html: (secret) => `<output>${secret}</output>` },
  { name: 'contenteditable', html: (secret) => `<div contenteditable>${secret}</div>` },
  { name: 'contenteditable deep', html: (secret) => `<div contenteditable="true"><p><b>${secret}</b></p></div>` },
  { name: 'plain contenteditable', html: (secret) => `<p contenteditable="plaintext-only">${secret}</p>` },
  {
    name: 'island in contenteditable',
    html: (secret) => `<p contenteditable><i contenteditable="false">${secret}</i></p>`,
  },
  {
    name: 'picture pasted into contenteditable',
    html: (secret) => `<p contenteditable><img alt="${secret}" src="data:image/svg+xml,${secret}"></p>`,
  },
  { name: 'textbox by role', html: (secret) => `<div role="textbox">${secret}</div>` },
  { name: 'combobox by role', html: (secret) => `<div role="combobox"><span>${secret}</span></div>` },
  {
    name: 'option by role',
    html: (secret) => `<div role="listbox"><div role="option" title="${secret}">${secret}</div></div>`,
  },
  {
    name: 'value of a slider by role',
    html: (secret) => `<div role="slider" aria-valuetext="${secret}" aria-label="Volume"></div>`,
  },
  { name: 'unknown element', html: (secret) => `<secretbox>${secret}</secretbox>` },
  {
    name: 'unknown element called what every object has',
    html: (secret) => `<constructor>${secret}</constructor>`,
  },
  { name: 'unknown element’s value', html: (secret) => `<secretbox value="${secret}"></secretbox>` },
  {
    name: 'custom element of a form',
    html: (secret) => `<form-field>${secret}</form-field>`,
    script: () =>
      `customElements.get('form-field') || customElements.define('form-field', class extends HTMLElement { static formAssociated = true })`,
  },
  ...[
    'placeholder',
    'title',
    'aria-label',
    'aria-description',
    'aria-placeholder',
    'aria-valuetext',
    'data-value',
    'pattern',
    'autocomplete',
    'list',
  ].map((attribute) => ({
    name: `${attribute} of an input`,
    html: (secret: string) => `<input ${attribute}="${secret}">`,
  })),
  { name: 'placeholder of a textarea', html: (secret) => `<textarea placeholder="${secret}"></textarea>` },
  { name: 'name of a field', html: (secret) => `<input name="${secret}">` },
];

/** Part of no page’s look: left out wherever it stands. */
export const unseenPlaces: readonly Place[] = [
  { name: 'data in a script', html: (secret) => `<script type="application/json">{"token":"${secret}"}</script>` },
  { name: 'address of a script', html: (secret) => `<script type="text/plain" src="/a.js?${secret}"></script>` },
  { name: 'noscript', html: (secret) => `<noscript><p>${secret}</p></noscript>` },
  { name: 'template', html: (secret) => `<template><p>${secret}</p></template>` },
  { name: 'comment', html: (secret) => `<p>Some <!-- ${secret} --> text</p>` },
  { name: 'event handler', html: (secret) => `<button onclick="alert('${secret}')">Act</button>` },
  { name: 'data attribute', html: (secret) => `<div data-user="${secret}">Box</div>` },
  { name: 'attribute of a custom element', html: (secret) => `<my-card customer="${secret}">Card</my-card>` },
  {
    name: 'framework’s attribute',
    html: (secret) => `<div x-data="{token:'${secret}'}" hx-vals="${secret}">Box</div>`,
  },
  { name: 'value of a button', html: (secret) => `<button value="${secret}">Go</button>` },
  { name: 'query of a link', html: (secret) => `<a href="/orders?token=${secret}">Orders</a>` },
  { name: 'hash of a link', html: (secret) => `<a href="/orders#${secret}">Orders</a>` },
  { name: 'hash within the page', html: (secret) => `<a href="#${secret}">Orders</a>` },
  { name: 'session in a path', html: (secret) => `<a href="/orders;jsessionid=${secret}">Orders</a>` },
  {
    name: 'token in a path',
    secret: (n) => `3f9a8b7c6d5e4f3a2b1c${n}`,
    html: (secret) => `<a href="/reset/${secret}/">Reset</a>`,
  },
  { name: 'credentials in a link', html: (secret) => `<a href="https://john:${secret}@example.com/">In</a>` },
  { name: 'mail address in a link', html: (secret) => `<a href="mailto:${secret}@example.com">Write</a>` },
  { name: 'script in a link', html: (secret) => `<a href="javascript:void '${secret}'">Run</a>` },
  { name: 'data in a link', html: (secret) => `<a href="data:text/plain,${secret}" download="${secret}.txt">Save</a>` },
  { name: 'link in a picture', html: (secret) => `<svg><a href="/x?${secret}"><text y="9">Link</text></a></svg>` },
  { name: 'ping of a link', html: (secret) => `<a href="/" ping="/p?${secret}">Home</a>` },
  {
    name: 'where a form goes',
    html: (secret) => `<form action="/save?${secret}"><button formaction="/x?${secret}">Save</button></form>`,
  },
  { name: 'meta', html: (secret) => `<meta name="csrf-token" content="${secret}">` },
  { name: 'meta property', html: (secret) => `<meta property="og:email" content="${secret}">` },
  { name: 'preloaded address', html: (secret) => `<link rel="prefetch" href="/x?${secret}">` },
  { name: 'address of a frame', html: (secret) => `<iframe src="about:blank?${secret}" name="${secret}"></iframe>` },
  { name: 'srcdoc', html: (secret) => `<iframe srcdoc="<p hidden><input value='${secret}'></p>"></iframe>` },
  {
    name: 'object',
    html: (secret) => `<object data="/o?${secret}" type="x/x"><param name="p" value="${secret}">${secret}</object>`,
  },
  { name: 'embed', html: (secret) => `<embed src="/o?${secret}" type="x/x">` },
  {
    name: 'video',
    html: (secret) => `<video src="/v?${secret}"><source src="/w?${secret}"><track src="/t?${secret}"></video>`,
  },
  { name: 'machine’s time', html: (secret) => `<time datetime="${secret}">today</time>` },
  { name: 'micro data', html: (secret) => `<span itemprop="email" itemid="${secret}" content="${secret}">mail</span>` },
  { name: 'source of a quotation', html: (secret) => `<q cite="/q?${secret}">Said</q>` },
  {
    name: 'aria-checked of a switch',
    secret: () => 'aria-checked":"true',
    html: () => `<div role="switch" aria-checked="true">On</div>`,
  },
  {
    name: 'frame that pays',
    html: (secret) => `<iframe title="${secret}" src="https://js.stripe.com/v3/${secret}"></iframe>`,
  },
];

/** What a rule that masks covers, beside fields. */
export const textPlaces: readonly Place[] = [
  { name: 'text', html: (secret) => `<p>${secret}</p>` },
  { name: 'title', html: (secret) => `<p title="${secret}">Text</p>` },
  { name: 'alt', html: (secret) => `<img alt="${secret}">` },
  { name: 'aria-label', html: (secret) => `<button aria-label="${secret}">x</button>` },
  { name: 'button', html: (secret) => `<button>${secret}</button>` },
  { name: 'link', html: (secret) => `<a href="/${secret}">${secret}</a>` },
  { name: 'title of a picture', html: (secret) => `<svg><title>${secret}</title><desc>${secret}</desc><rect/></svg>` },
  { name: 'text in a picture', html: (secret) => `<svg><text y="9"><tspan>${secret}</tspan></text></svg>` },
  { name: 'label of a picture', html: (secret) => `<svg aria-label="${secret}"><rect/></svg>` },
  { name: 'foreign object', html: (secret) => `<svg><foreignObject><p>${secret}</p></foreignObject></svg>` },
  {
    name: 'progress',
    secret: number,
    html: (secret) => `<progress max="999999999" value="${secret}">${secret}</progress>`,
  },
  { name: 'meter', secret: number, html: (secret) => `<meter max="999999999" value="${secret}">${secret}</meter>` },
  { name: 'number of a list', secret: number, html: (secret) => `<ol><li value="${secret}">x</li></ol>` },
  { name: 'summary', html: (secret) => `<details><summary>${secret}</summary><p>${secret}</p></details>` },
  {
    name: 'table',
    html: (secret) =>
      `<table summary="${secret}"><caption>${secret}</caption><td abbr="${secret}">${secret}</td></table>`,
  },
  { name: 'label', html: (secret) => `<label>${secret}<input></label>` },
  { name: 'text written by a style', html: (secret) => `<b data-tip="${secret}">x</b>` },
  { name: 'text in a style attribute', html: (secret) => `<b style="--tip: '${secret}'">x</b>` },
  { name: 'formula', html: (secret) => `<math><mtext>${secret}</mtext></math>` },
  { name: 'ruby', html: (secret) => `<ruby>a<rt>${secret}</rt></ruby>` },
  { name: 'track of a dialog', html: (secret) => `<dialog open>${secret}</dialog>` },
];
