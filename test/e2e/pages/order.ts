import { type PageFiles, sitePage } from './PageHost.ts';

/** A form that a visitor may need help with. */
export const order: PageFiles = () => ({
  '/order': sitePage(
    `<h1>Order</h1><form class="order" action="/thanks"><p><label>Name <input id="name" name="name"></label></p>
    <p><label>Note <textarea id="note" name="note" rows="2"></textarea></label></p>
    <p><label><input id="gift" type="checkbox" name="gift" value="yes"> A gift</label></p>
    <p><label>Size <select id="size" name="size"><option>small</option><option>medium</option><option>large</option></select></label></p>
    <p><label>Day <input id="day" type="date" name="day"></label></p>
    <p><label>Password <input id="password" type="password" name="password"></label></p>
    <p><button>Send</button></p></form>`,
    '<style>body { margin: 12px; font: 16px sans-serif } p { margin: 14px 0 }</style>',
  ),
  '/thanks': sitePage('<h1>Thank you</h1>'),
});
