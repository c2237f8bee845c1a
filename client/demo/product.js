import { euro, productOf, products } from './catalogue.js';
import { addToCart } from './shop.js';

const product = productOf(new URLSearchParams(location.search).get('id')) ?? products[0];
const set = (selector, text) => {
  document.querySelector(selector).textContent = text;
};

document.title = `${product.name} – Fernhill Tea`;
document.querySelector('#picture').src = `img/${product.id}.svg`;
document.querySelector('#picture').alt = product.name;
set('#crumb', product.name);
set('#name', product.name);
set('#kind', product.kind);
set('#price', euro(product.price));
set('#unit', product.unit);
set('#text', product.text);
set('#brew', product.brew);

document.querySelector('#buy').addEventListener('submit', (event) => {
  event.preventDefault();
  addToCart(product.id, Number(new FormData(event.target).get('count')));
  document.querySelector('#added').hidden = false;
});
