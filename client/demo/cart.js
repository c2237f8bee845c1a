import { cart, emptyCart, setCount } from './cart-store.js';
import { euro, productOf } from './catalogue.js';
import { account } from './session.js';
import './shop.js';

const rows = document.querySelector('#rows');
const template = document.querySelector('#row');

function show() {
  const items = [...cart()].map(([id, count]) => ({ ...productOf(id), count })).filter(({ name }) => name);
  rows.replaceChildren(...items.map(rowOf));
  const sum = items.reduce((total, { price, count }) => total + price * count, 0);
  document.querySelector('#sum').textContent = euro(sum);
  document.querySelector('#filled').hidden = items.length === 0;
  document.querySelector('#empty').hidden = items.length > 0;
}

function rowOf({ id, name, price, count }) {
  const row = template.content.cloneNode(true).firstElementChild;
  row.dataset.product = id;
  row.querySelector('img').src = `img/${id}.svg`;
  row.querySelector('a').textContent = name;
  row.querySelector('a').href = `product.html?id=${id}`;
  const input = row.querySelector('input');
  input.value = String(count);
  input.setAttribute('aria-label', `How many ${name}`);
  input.addEventListener('change', () => {
    setCount(id, Number(input.value));
    show();
  });
  row.querySelector('.total').textContent = euro(price * count);
  const remove = row.querySelector('button');
  remove.setAttribute('aria-label', `Remove ${name}`);
  remove.addEventListener('click', () => {
    setCount(id, 0);
    show();
  });
  return row;
}

show();

const form = document.querySelector('#checkout');
if (account) {
  form.elements.name.value = `${account.firstname} ${account.lastname}`;
  form.elements.email.value = account.email;
  form.elements.street.value = account.street;
  form.elements.city.value = account.city;
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  emptyCart();
  document.querySelector('#cart').hidden = true;
  document.querySelector('#thanks').hidden = false;
});
