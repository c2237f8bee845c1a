const KEY = 'fernhill.cart';

/** What is in the cart: product id → how many. */
export function cart() {
  return new Map(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
}

export function setCount(id, count) {
  const now = cart();
  if (count > 0) now.set(id, count);
  else now.delete(id);
  localStorage.setItem(KEY, JSON.stringify([...now]));
  showCount();
}

export function emptyCart() {
  localStorage.removeItem(KEY);
  showCount();
}

export function showCount() {
  const count = [...cart().values()].reduce((sum, n) => sum + n, 0);
  document.querySelector('#cart-count').textContent = String(count);
}
