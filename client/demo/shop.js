import { cart, setCount, showCount } from './cart-store.js';
import { account, accounts, signIn, signOut, tellCoView } from './session.js';

const element = (id) => document.querySelector(`#${id}`);

function showAccount() {
  element('sign-in').hidden = Boolean(account);
  element('sign-out').hidden = !account;
  element('account-name').hidden = !account;
  element('account-name').textContent = account ? `${account.firstname} ${account.lastname}` : '';
}

function openSignIn() {
  const dialog = document.createElement('dialog');
  dialog.id = 'sign-in-dialog';
  dialog.setAttribute('aria-labelledby', 'sign-in-title');
  const title = Object.assign(document.createElement('h2'), { id: 'sign-in-title', textContent: 'Sign in' });
  const note = Object.assign(document.createElement('p'), {
    textContent: 'This is a demo: pick one of three customers, no password needed.',
  });
  dialog.append(title, note);
  for (const { id, firstname, lastname, email } of accounts) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'person' });
    button.dataset.account = String(id);
    const name = Object.assign(document.createElement('b'), { textContent: `${firstname} ${lastname}` });
    button.append(name, Object.assign(document.createElement('span'), { textContent: email }));
    button.addEventListener('click', () => signIn(id));
    dialog.append(button);
  }
  const cancel = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet' });
  cancel.textContent = 'Cancel';
  cancel.addEventListener('click', () => dialog.close());
  dialog.append(cancel);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function addToCart(id, count = 1) {
  setCount(id, (cart().get(id) ?? 0) + count);
}

showAccount();
showCount();
element('sign-in').addEventListener('click', openSignIn);
element('sign-out').addEventListener('click', signOut);
for (const button of document.querySelectorAll('[data-open=sign-in]')) button.addEventListener('click', openSignIn);
tellCoView().catch((error) => console.error(error));
