import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import type { CorpusPage } from './corpus.ts';

const rules: CobrowsePrivacy = { maskAll: false, mask: [], unmask: [], block: [] };
const fire = (id: string) =>
  `for (const type of ['input', 'change']) ${id}.dispatchEvent(new Event(type, { bubbles: true }));`;

/** Ways to give something away that only come about step by step, and what has to be shown all the same. */
export const cases: readonly CorpusPage[] = [
  {
    name: 'what is typed',
    privacy: rules,
    html: '<p>Before</p><input id="one"><textarea id="two"></textarea><div id="three" contenteditable></div>',
    script: `one.value = 'typed4711first'; ${fire('one')} two.value = 'typed4711second'; ${fire('two')}
      three.textContent = 'typed4711third'; ${fire('three')} one.setAttribute('value', 'typed4711fourth');
      two.textContent = 'typed4711fifth'; two.defaultValue = 'typed4711sixth';`,
    secrets: ['typed4711'],
    shown: ['Before'],
  },
  {
    name: 'a box that is ticked, an option that is chosen',
    privacy: rules,
    html: `<input type="checkbox" id="one"><input type="radio" id="two" checked>
      <select id="three"><option>a</option><option selected>b</option></select><p>Before</p>`,
    script: `one.checked = true; ${fire('one')} one.setAttribute('checked', ''); three.selectedIndex = 0; ${fire('three')}`,
    secrets: ['"isChecked":true', '"checked":', '"selected":'],
    shown: ['Before'],
  },
  {
    name: 'a password that is shown',
    privacy: { ...rules, unmask: ['input', 'form'] },
    html: '<form><input type="password" id="one" value="word4711first"><input id="two" value="shown word"></form>',
    script: `one.type = 'text'; one.value = 'word4711second'; ${fire('one')} one.setAttribute('value', 'word4711third');
      const copy = one.cloneNode(); copy.value = 'word4711fourth'; one.replaceWith(copy); ${fire('copy')}`,
    secrets: ['word4711'],
    shown: ['shown word'],
  },
  {
    name: 'a field of text that puts another of a password in its place',
    privacy: { ...rules, unmask: ['*'] },
    html: '<input type="password" name="f17" id="one" value="word4712first"><p>Before</p>',
    script: `const other = document.createElement('input'); other.name = 'f17'; other.value = 'word4712second';
      one.replaceWith(other); ${fire('other')}`,
    secrets: ['word4712'],
    shown: ['Before'],
  },
  {
    name: 'payment on a page that shows its fields',
    privacy: { ...rules, unmask: ['body'] },
    html: [
      ...['autocomplete="cc-number"', 'autocomplete="section-a billing cc-csc"', 'autocomplete="one-time-code"'],
      ...['name="cardNumber"', 'name="card_number"', 'id="cvc"', 'name="ccv-cvv2"', 'placeholder="MM / YY"'],
      ...['placeholder="1234 5678 9012 3456"', 'aria-label="Security code"', 'name="IBAN"', 'name="kontonummer"'],
      ...[
        'name="debitCard"',
        'placeholder="Credit card"',
        'id="pruefziffer"',
        'title="Gültig bis"',
        'name="routingNumber"',
      ],
      ...['name="accountNo"', 'id="mTAN"', 'name="pinCode"', 'aria-label="Kreditkarte"', 'name="ccName"'],
      ...['name="user[password]"', 'data-stripe="number"', 'inputmode="numeric" maxlength="19"', 'name="expiry-month"'],
      ...[
        'name="tan"',
        'name="otp"',
        'name="Prüfziffer"',
        'name="ssn"',
        'autocomplete="new-password"',
        'type="hidden"',
      ],
    ]
      .map((attributes, index) => `<input ${attributes} value="paid4711${index}">`)
      .concat('<select name="cc-exp-month"><option selected>paid4711select</option></select>')
      .concat('<div contenteditable id="card-number">paid4711editable</div>')
      .concat('<input name="quantity" value="three pieces"><textarea name="note">a note for us</textarea>')
      .join(''),
    secrets: ['paid4711'],
    shown: ['three pieces', 'a note for us'],
  },
  {
    name: 'what a rule shows',
    privacy: { ...rules, unmask: ['.quantity', '#note'] },
    html: `<div class="quantity"><input type="number" value="31337"><select><option selected>Option one</option></select></div>
      <div id="note" contenteditable>An open note</div><input value="hid4711den">`,
    secrets: ['hid4711den'],
    shown: ['31337', 'Option one', 'An open note'],
  },
  {
    name: 'an allow list on a page that is masked',
    privacy: { ...rules, maskAll: true, unmask: ['.public'] },
    html: `<title>title4711</title><style>.a::after { content: "style4711" } [data-tip]::after { content: attr(data-tip) }</style>
      <div class="public"><p>Public text</p><i data-tip="Public tip"></i></div><p class="a" data-tip="tip4711">text4711</p>`,
    script: `document.title = 'title4711later'; document.querySelector('.a').firstChild.data = 'text4711later';`,
    secrets: ['title4711', 'style4711', 'tip4711', 'text4711'],
    shown: ['Public text', 'Public tip'],
  },
  {
    name: 'masked as soon as a class says so',
    privacy: { ...rules, mask: ['.private'] },
    html: '<div id="one"><p id="two">Before</p></div>',
    script: `one.className = 'private'; two.textContent = 'late4711'; two.title = 'late4711title'; two.append(' late4711more');`,
    secrets: ['late4711'],
    shown: ['Before'],
  },
  {
    name: 'a field as soon as it can be edited',
    privacy: rules,
    html: '<div id="one"><p id="two">Before</p></div>',
    script: `one.contentEditable = 'true'; two.textContent = 'edit4711';`,
    secrets: ['edit4711'],
    shown: ['Before'],
  },
  {
    name: 'moved into what is masked',
    privacy: { ...rules, mask: ['.private'] },
    html: '<p id="one">Before</p><section class="private"></section>',
    script: `document.querySelector('section').append(one); one.firstChild.data = 'moved4711';`,
    secrets: ['moved4711'],
    shown: ['Before'],
  },
  {
    name: 'shown in a slot that is masked',
    privacy: { ...rules, mask: ['.private'] },
    html: `<slot-host><b>slot4711first</b>slot4711second<i slot="open">Slot outside</i></slot-host><script>
      document.querySelector('slot-host').attachShadow({ mode: 'open' }).innerHTML =
        '<div class="private"><slot></slot></div><slot name="open"></slot>';</script>`,
    secrets: ['slot4711'],
    shown: ['Slot outside'],
  },
  {
    name: 'attributes that the look depends on',
    privacy: rules,
    html: `<style>[data-theme="dark"] { color: #333 } td::before { content: attr(data-label) } [data-icon^="x"] { top: 0 }</style>
      <div data-theme="dark" title="Tip of a box" data-user="user4711"><button aria-label="Close it">x</button>
      <table><td data-label="Price of it">3</td></table><img alt="A red chair"></div>
      <a href="/chairs/red?user4711">Chairs</a>`,
    secrets: ['user4711'],
    shown: ['dark', 'Tip of a box', 'Close it', 'Price of it', 'A red chair', '/chairs/red'],
  },
  {
    name: 'a page that can be edited as a whole',
    privacy: rules,
    html: `<p>design4711</p><script>document.designMode = 'on';</script>`,
    secrets: ['design4711'],
    shown: [],
  },
  {
    name: 'rules that forgive what they do not know',
    privacy: { ...rules, mask: [':is(.private, ::nonsense)'] },
    html: '<p>forgive4711</p>',
    secrets: ['forgive4711'],
    shown: [],
  },
  {
    name: 'fields that stand in front of what a form and a document have',
    privacy: { ...rules, mask: ['.private'] },
    html: `<form class="private" onsubmit="clob4711">${[
      ...[
        'localName',
        'matches',
        'closest',
        'getAttribute',
        'hasAttribute',
        'hasAttributes',
        'attributes',
        'assignedSlot',
      ],
      ...[
        'namespaceURI',
        'parentNode',
        'ownerDocument',
        'id',
        'nodeType',
        'childNodes',
        'shadowRoot',
        'tagName',
        'className',
      ],
    ]
      .map((name) => `<input name="${name}" value="clob4711">`)
      .join('')}clob4711text<p data-user="clob4711">clob4711deep</p></form>
      ${['styleSheets', 'designMode'].map((name) => `<form name="${name}"></form>`).join('')}
      <p data-user="clob4711">Before</p>`,
    script: `document.querySelector('p').firstChild.data = 'clob4711later';`,
    secrets: ['clob4711'],
    shown: ['Before'],
  },
  {
    name: 'the widget’s own words',
    privacy: rules,
    html: `<p>Before</p><coview-widget></coview-widget><script>
      document.querySelector('coview-widget').attachShadow({ mode: 'open' }).innerHTML = '<p>own4711</p>';</script>`,
    script: `document.querySelector('coview-widget').shadowRoot.querySelector('p').textContent = 'own4711later';
      document.querySelector('coview-widget').append('own4711light');`,
    secrets: ['own4711'],
    shown: ['Before'],
  },
  {
    name: 'a selection, and what is copied into a style',
    privacy: rules,
    html: '<p>Before</p><input id="one" value="sel4711first"><style id="two"></style>',
    script: `one.focus(); one.select(); one.setCustomValidity('sel4711invalid'); one.reportValidity();`,
    secrets: ['sel4711'],
    shown: ['Before'],
  },
  {
    name: 'what a script writes into a rule of a style sheet',
    privacy: { ...rules, maskAll: true },
    html: `<style id="made">.one::after { color: red }</style><p class="one">Before</p>`,
    script: `const { style } = made.sheet.cssRules[0];
      style.setProperty('content', '"rule4711first word"'); style.setProperty('--two', '"rule4711second"', 'important');
      style.setProperty('background-image', 'url(/rule4711.png?token=rule4711third)'); style.setProperty('top', '7px');`,
    secrets: ['rule4711'],
    shown: ['7px'],
  },
  {
    name: 'style sheets that only what is masked has adopted',
    privacy: { ...rules, mask: ['.mask'] },
    html: '<p>Before</p><div class="mask" id="host"></div>',
    script: `const root = host.attachShadow({ mode: 'open' }); const sheet = new CSSStyleSheet();
      root.innerHTML = '<b></b>'; sheet.replaceSync('b::after { content: "sheet4711first"; left: 7px }');
      root.adoptedStyleSheets = [sheet];
      while (!told.join().includes('"styleIds"')) await new Promise(requestAnimationFrame);
      sheet.insertRule('b::before { content: "sheet4711second" }');`,
    secrets: ['sheet4711'],
    shown: ['Before', '7px'],
  },
  {
    name: 'pictures in the style of what is masked',
    privacy: { ...rules, mask: ['.mask'] },
    html: `<p>Before</p><div class="mask"><b style="background: url(http://elsewhere.test/face4711.png) 7px"></b>
      <svg><g filter="url(http://elsewhere.test/face4711.svg#a)"></g></svg></div>
      <div contenteditable><b style="background: url(http://elsewhere.test/face4711.jpg)"></b></div>`,
    script: `document.querySelector('b').style.backgroundImage = 'url(http://elsewhere.test/face4711.gif)';`,
    secrets: ['face4711', 'asset:'],
    shown: ['Before', '7px'],
  },
  {
    name: 'a slot that comes to stand in what is masked',
    privacy: { ...rules, mask: ['.mask'] },
    html: `<p>Before</p><div id="one"><b>early</b></div><div id="two"><b slot="shown">early</b></div><div id="three"><b>early</b></div>
      <script>
        one.attachShadow({ mode: 'open' }).innerHTML = '<div><slot></slot></div>';
        two.attachShadow({ mode: 'open' }).innerHTML = '<slot name="shown"></slot><div class="mask"><slot name="hidden"></slot></div>';
        three.attachShadow({ mode: 'open' }).innerHTML = '<slot></slot><div class="mask"></div>';
      </script>`,
    script: `one.shadowRoot.firstChild.className = 'mask'; two.firstChild.slot = 'hidden';
      three.shadowRoot.lastChild.append(three.shadowRoot.firstChild); await new Promise(requestAnimationFrame);
      for (const host of [one, two, three]) host.firstChild.firstChild.data = 'slot4711' + host.id;`,
    secrets: ['slot4711'],
    shown: ['Before'],
  },
  {
    name: 'text that hangs in a slot right away, which comes to be masked',
    privacy: { ...rules, mask: ['.mask'] },
    html: `<p>Before</p><div id="one">early</div>
      <script>one.attachShadow({ mode: 'open' }).innerHTML = '<div><slot></slot></div>';</script>`,
    script: `one.shadowRoot.firstChild.className = 'mask'; await new Promise(requestAnimationFrame);
      one.firstChild.data = 'slot4712';`,
    secrets: ['slot4712'],
    shown: ['Before'],
  },
];
