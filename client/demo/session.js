import { coview } from './coview.js';

/** The shop's customers, as its own login would know them. */
export const accounts = [
  {
    id: 1001,
    email: 'john.doe@example.com',
    firstname: 'John',
    lastname: 'Doe',
    gender: 'male',
    labels: ['regular'],
    assignedUser: 'agent1@example.com',
    additionalTaggingData: { lastOrder: 'FH-20311', newsletter: true },
    street: '4 Mill Lane',
    city: 'Galway',
    orders: [
      { number: 'FH-20311', date: '3 March', what: '2 × Morning Hill, 1 × Orchard', total: 31.7, state: 'Delivered' },
      { number: 'FH-20187', date: '11 January', what: '1 × Stoneware pot', total: 48, state: 'Delivered' },
    ],
  },
  {
    id: 1002,
    email: 'jane.roe@example.com',
    firstname: 'Jane',
    lastname: 'Roe',
    gender: 'female',
    labels: ['wholesale', 'café'],
    additionalTaggingData: { lastOrder: 'FH-20340', newsletter: false },
    street: '17 Quay Street',
    city: 'Cork',
    orders: [{ number: 'FH-20340', date: '9 March', what: '12 × Garden Mint', total: 102, state: 'On its way' }],
  },
  {
    id: 1003,
    email: 'mia.chen@example.com',
    firstname: 'Mia',
    lastname: 'Chen',
    gender: 'female',
    labels: ['new'],
    additionalTaggingData: { newsletter: true },
    street: '88 Harbour Road',
    city: 'Dublin',
    orders: [],
  },
];

const KEY = 'fernhill.account';
const page = document.documentElement;

export const account = accounts.find(({ id }) => String(id) === localStorage.getItem(KEY));

/** On every page while somebody is signed in: tell CoView who it is. */
export async function tellCoView() {
  page.dataset.signedIn = account ? String(account.id) : '';
  if (!account) return;
  const { id, email, firstname, lastname, gender, labels, assignedUser, additionalTaggingData } = account;
  const CV = await coview;
  await CV.user.tag({ id, email, firstname, lastname, gender, labels, assignedUser, additionalTaggingData });
  page.dataset.tagged = email;
}

export function signIn(id) {
  localStorage.setItem(KEY, String(id));
  location.reload();
}

/** The next customer of this browser must not be taken for this one. A support tool that is down stops nobody. */
export async function signOut() {
  localStorage.removeItem(KEY);
  const patience = new Promise((resolve) => setTimeout(resolve, 3000));
  const reset = coview.then((CV) => CV.user.reset()).catch((error) => console.error(error));
  await Promise.race([reset, patience]);
  location.assign('./');
}
