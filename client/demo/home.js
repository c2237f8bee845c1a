import { euro, products } from './catalogue.js';
import { addToCart } from './shop.js';

const grid = document.querySelector('#products');
const template = document.querySelector('#product-card');

for (const { id, name, kind, price, unit } of products) {
  const card = template.content.cloneNode(true);
  card.querySelector('article').dataset.product = id;
  card.querySelector('img').src = `img/${id}.svg`;
  for (const link of card.querySelectorAll('a')) link.href = `product.html?id=${id}`;
  card.querySelector('.name').textContent = name;
  card.querySelector('.kind').textContent = kind;
  card.querySelector('.price').textContent = euro(price);
  card.querySelector('.unit').textContent = unit;
  const button = card.querySelector('button');
  button.setAttribute('aria-label', `Add to cart: ${name}`);
  button.addEventListener('click', () => addToCart(id));
  grid.append(card);
}
