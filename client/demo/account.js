import { euro } from './catalogue.js';
import { account } from './session.js';
import './shop.js';

document.querySelector('#signed-out').hidden = Boolean(account);
document.querySelector('#signed-in').hidden = !account;

if (account) {
  document.querySelector('#hello').textContent = `Hello, ${account.firstname}`;
  const details = {
    name: `${account.firstname} ${account.lastname}`,
    email: account.email,
    number: String(account.id),
    street: account.street,
    city: account.city,
  };
  for (const [id, text] of Object.entries(details)) document.querySelector(`#${id}`).textContent = text;
  const rows = account.orders.map(({ number, date, what, total, state }) => {
    const row = document.createElement('tr');
    for (const text of [number, date, what, euro(total), state]) {
      row.append(Object.assign(document.createElement('td'), { textContent: text }));
    }
    return row;
  });
  document.querySelector('#orders tbody').replaceChildren(...rows);
  document.querySelector('#orders').hidden = rows.length === 0;
  document.querySelector('#no-orders').hidden = rows.length > 0;
}
