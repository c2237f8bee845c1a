const style = `<style>
  body { margin: 0; font: 16px/1.5 sans-serif } .grid { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem }
  .card { border: 1px solid #ddd; border-radius: 8px; padding: 1rem } .card.sale { background: #fff8e0 } .kind { color: #666 }
  .line b { font-size: 1.2em } button { border: 0; border-radius: 6px; padding: .4rem 1rem; background: #156; color: #fff }
  td { border-bottom: 1px solid #eee; padding: 2px 8px }
</style>`;

const card = (i: number) => `<article class="card${i % 7 === 0 ? ' sale' : ''}" data-product="tea-${i}">
  <h3><a class="name" href="/product?id=tea-${i}">Garden tea no. ${i}</a></h3>
  <p class="kind">Black tea, second flush, picked in week ${i % 52}</p>
  <p class="line"><b class="price">€ ${((i * 37) % 90) + 5}.90</b> <span class="unit">${50 + (i % 5) * 10} g tin</span></p>
  <ul><li>95 °C, ${2 + (i % 6)} minutes</li></ul>
  <button type="button" aria-label="Add to cart: Garden tea no. ${i}">Add to cart</button>
</article>`;
const ELEMENTS_IN_CARD = 10;

/** The body of a shop’s page of about so many elements: without pictures, so that nothing but the page is measured. */
export function shopMarkup(elements: number): string {
  const cards = Array.from({ length: Math.round(elements / ELEMENTS_IN_CARD) }, (_, i) => card(i)).join('\n');
  return `${style}<p id="ticker">Change 0</p><ol id="news">${'<li>News: <b>none</b></li>'.repeat(5)}</ol><table id="table"><tbody></tbody></table><main class="grid">${cards}</main>`;
}

/** What a shop’s script does to the page when something happens: a text, a class, one entry comes and one goes. */
export const changeScript = `(n) => {
  const ticker = document.querySelector('#ticker');
  const news = document.querySelector('#news');
  ticker.className = n % 2 ? 'odd' : 'even';
  const item = document.createElement('li');
  item.append('News: ', Object.assign(document.createElement('b'), { textContent: 'number ' + n }));
  news.append(item);
  news.firstElementChild.remove();
  ticker.textContent = 'Change ' + n;
}`;
