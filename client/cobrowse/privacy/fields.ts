import { attributeOf, documentOf, isHtml, nameOf } from '../record/dom.ts';
import { baseOf, hasAttributeOf, viewOf } from './reads.ts';

/** field: holds what a person enters or chooses. mute: its text is no page’s text. gone: left out altogether. */
export type Kind = 'plain' | 'field' | 'mute' | 'gone' | 'frame';

/** A map: in a plain object a page’s own element could be called what every object has, such as `constructor`. */
const kinds = new Map(
  Object.entries({
    field: 'input textarea select option optgroup datalist output selectedcontent',
    mute: 'script noscript template',
    gone: 'object embed applet fencedframe coview-widget',
    frame: 'iframe frame',
  }).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as Kind] as const)),
);

/** Roles of what looks like a field and is none of the browser’s. */
const roles = new Set(['textbox', 'searchbox', 'combobox', 'spinbutton', 'slider', 'listbox', 'option']);

/** By name; undefined if it depends on what may still be: an element that is yet to be defined. */
export function kindOfName(element: Element): Kind | undefined {
  const name = nameOf(element);
  const known = kinds.get(name);
  if (known || !isHtml(element)) return known ?? 'plain';
  if (!name.includes('-')) {
    return element[Symbol.toStringTag as never] === 'HTMLUnknownElement' ? 'field' : 'plain';
  }
  const page = documentOf(element);
  const made = (page && viewOf(page))?.customElements.get(name) as { formAssociated?: boolean } | undefined;
  // One that has a form’s value is a field, whatever it shows; a button’s value is not a person’s.
  return made && (made.formAssociated === true && !name.endsWith('button') ? 'field' : 'plain');
}

/** An element that its attributes make a field. */
export function becomesField(element: Element): boolean {
  const editable = attributeOf(element, 'contenteditable');
  if (editable !== null && editable.toLowerCase() !== 'false') return true;
  const role = attributeOf(element, 'role');
  return role?.split(/\s+/).some((one) => roles.has(one.toLowerCase())) ?? false;
}

/** What fields of payment and secrets are called, in names, ids, hints and labels, words parted by one space. */
const secretWords = new RegExp(
  [
    'pass ?(word|wort|code|phrase|wd)|\\bpass\\b|\\bpwd|kennwort|mot de passe|contrase|\\bsecret|geheim',
    '\\bpin( ?(code|number)|\\b)|\\bm? ?tan\\b|\\botp\\b|one ?time|2 ?fa|\\bmfa|\\btotp|verification ?code',
    'card ?(num|no|holder|cvc|cvv|exp|code|verification)|\\bcc ?(n\\b|num|name|exp|csc|cvc|cvv|type)',
    '(cred|deb)it ?card|kredit ?karte|karten ?(nummer|inhaber)|pr(ü|ue)f ?(ziffer|nummer)',
    '\\bcvv|\\bcvc|\\bcsc\\b|\\bcvn\\b|security ?code|sicherheits ?code|\\bpan\\b|primary ?account',
    '\\bexpir|\\bexp ?(date|month|year|mm|yy)|ablauf ?datum|g(ü|ue)ltig ?bis|mm ?/ ?(yy|jj)',
    '\\biban|\\bbic\\b|(account|routing) ?(num|no\\b)|konto ?(nummer|nr)|sort ?code|\\bblz\\b',
    '\\bssn\\b|social ?security|sozial ?versicherung',
    '(\\d{4}|[•x]{4})([ -]?(\\d{4}|[•x]{4})){2}',
  ].join('|'),
  'iu',
);

/** Attributes of payment scripts, which say what a field is for. */
const paymentMarks = 'data-stripe data-braintree-name data-encrypted-name data-recurly data-cse data-checkout'.split(
  ' ',
);
const hints = ['name', 'id', 'autocomplete', 'placeholder', 'aria-label', 'data-type', 'data-field', 'title'];

/** Attributes that this file reads. */
export const fieldAttributes: readonly string[] = [
  ...['type', 'contenteditable', 'role', 'inputmode', 'maxlength', 'pattern', 'src'],
  ...hints,
  ...paymentMarks,
];

/** Whether a field is one of payment, or for a secret, as far as its attributes tell. */
export function holdsSecret(field: Element): boolean {
  if (attributeOf(field, 'type')?.toLowerCase() === 'password') return true;
  const autocomplete = attributeOf(field, 'autocomplete')?.toLowerCase() ?? '';
  if (/\bcc-|-password\b|one-time-code/.test(autocomplete)) return true;
  if (paymentMarks.some((name) => hasAttributeOf(field, name))) return true;
  const words = hints
    .map((name) => attributeOf(field, name) ?? '')
    .join(' · ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/[_.:[\]-]+|\s+/g, ' ');
  return secretWords.test(words) || looksLikeCard(field);
}

/** Digits only, and as many as a card has. */
function looksLikeCard(field: Element): boolean {
  const digits = /^(numeric|decimal|tel)$/i.test(attributeOf(field, 'inputmode') ?? attributeOf(field, 'type') ?? '');
  const length = Number(attributeOf(field, 'maxlength') ?? 0);
  const pattern = attributeOf(field, 'pattern') ?? '';
  return (digits && length >= 16 && length <= 23) || /(\\d|\[0-9\])\{1[2-9](,1[2-9])?\}/.test(pattern);
}

/** Who takes payments in frames, under their usual domains. */
const payers = new RegExp(
  '(^|\\.)(stripe|braintree(gateway|-api)|adyen|paypal(objects)?|klarna|mollie|pay\\.google|square(up|cdn)|worldpay|' +
    'checkout|authorize|datatrans|payone|pay1|computop-paygate|saferpay|wirecard|cybersource|recurly|chargebee|' +
    'razorpay|2checkout|spreedly|tokenex|verygoodvault|basistheory|unzer|heidelpay|novalnet|paymill|plaid|' +
    'cardinalcommerce|3dsecure|arcot|shopifycs|bluesnap|cardconnect|nmi)\\.(com|net|de|io|network)$',
);

/** A frame in which one pays. */
export function paysInFrame(frame: Element): boolean {
  try {
    return payers.test(new URL(attributeOf(frame, 'src') ?? '', baseOf(frame)).hostname);
  } catch {
    return false;
  }
}
