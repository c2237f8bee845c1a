import { words } from '../../texts/settings/words.ts';
import type { PastedPage } from './fillPage.ts';

export const sampleNames = ['payment', 'account'] as const;
export type SampleName = (typeof sampleNames)[number];

const css = `
  body { margin: 0; padding: 22px; font: 15px/1.5 system-ui, sans-serif; color: #1d2b34; background: #f4f7f6 }
  main { max-width: 430px; margin: auto; padding: 20px 22px; border-radius: 12px; background: #fff; box-shadow: 0 1px 4px #0002 }
  h1 { margin: 0 0 12px; font-size: 20px } h2 { margin: 18px 0 6px; font-size: 15px }
  label { display: block; margin: 9px 0 2px; font-size: 13px; color: #51626d }
  input, select, textarea { box-sizing: border-box; width: 100%; padding: 7px 9px; border: 1px solid #9aaab3; border-radius: 7px; font: inherit }
  .row { display: flex; gap: 10px } .row > * { flex: 1 } .check { display: flex; gap: 8px; align-items: center } .check input { width: auto }
  button { margin-top: 14px; padding: 9px 18px; border: 0; border-radius: 8px; font: inherit; color: #fff; background: #0b6b66 }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 14px; margin: 0 } dt { color: #51626d } dd { margin: 0 }
  table { width: 100%; border-collapse: collapse } td { padding: 5px 0; border-top: 1px solid #dfe6e5 } td:last-child { text-align: right }
  .total { font-weight: 700 } .note { padding: 9px 12px; border-radius: 8px; background: #e8f2f0 }
`;

/** A page of the kind that rules are written for, in the language of the desk. */
export function samplePage(name: SampleName): PastedPage {
  const { sample: t } = words.cobrowse;
  const pages: Record<SampleName, string> = {
    payment: `<main><h1>${t.payment}</h1>
      <p class="total">${t.total}: 148,90 €</p>
      <form>
        <div class="row"><span><label for="first">${t.first}</label><input id="first" name="first" autocomplete="given-name" value="Jane"></span>
        <span><label for="last">${t.last}</label><input id="last" name="last" autocomplete="family-name" value="Roe"></span></div>
        <label for="email">${t.email}</label><input id="email" name="email" type="email" value="jane.roe@example.com">
        <label for="country">${t.country}</label><select id="country" name="country"><option>${t.ireland}</option><option selected>${t.germany}</option></select>
        <label for="quantity">${t.quantity}</label><input id="quantity" class="quantity" name="quantity" type="number" value="3">
        <h2>${t.card}</h2>
        <label for="number">${t.number}</label><input id="number" autocomplete="cc-number" inputmode="numeric" value="4242 4242 4242 4242">
        <div class="row"><span><label for="expiry">${t.expiry}</label><input id="expiry" autocomplete="cc-exp" value="11/28"></span>
        <span><label for="cvc">CVC</label><input id="cvc" autocomplete="cc-csc" value="123"></span></div>
        <label for="note">${t.note}</label><textarea id="note" name="note" rows="2">${t.noteText}</textarea>
        <p class="check"><input id="gift" type="checkbox" checked><label for="gift">${t.gift}</label></p>
        <button type="button">${t.pay}</button>
      </form></main>`,
    account: `<main><h1>${t.hello} Jane</h1>
      <p class="note">${t.last4}</p>
      <h2>${t.details}</h2>
      <dl class="details"><dt>${t.name}</dt><dd class="name">Jane Roe</dd><dt>${t.email}</dt><dd class="email">jane.roe@example.com</dd>
      <dt>${t.born}</dt><dd class="birthday">04.07.1988</dd><dt>IBAN</dt><dd class="iban">DE89 3704 0044 0532 0130 00</dd></dl>
      <h2>${t.orders}</h2>
      <table><tr><td>FH-20340</td><td>${t.tea}</td><td>24,50 €</td></tr><tr><td>FH-20112</td><td>${t.pot}</td><td>39,00 €</td></tr></table>
      <h2>${t.security}</h2>
      <label for="password">${t.password}</label><input id="password" type="password" value="correct-horse">
      <label for="phone">${t.phone}</label><input id="phone" type="tel" value="+353 21 555 0134">
      <button type="button">${t.save}</button></main>`,
  };
  return { html: pages[name], css };
}
