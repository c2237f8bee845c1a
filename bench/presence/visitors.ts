import { newId } from '#protocol/newId.ts';

export const ORIGIN = 'http://localhost:5173';

const url = (i: number, visit: number) =>
  `https://shop.example/en/products/garden-chair-${i}?ref=newsletter&visit=${visit}`;

/** The page of one visitor as its widget would report it. */
export const pageOf = (i: number, visit = 0) => ({
  url: url(i, visit),
  title: `Garden chair no. ${i} – visit ${visit} – Example Shop`,
  state: 'active',
  screen: true,
});

export const authOf = (i: number) => ({ role: 'visitor', site: 'demo', tab: newId('t'), page: pageOf(i) });

/** What the shop knows of a signed-in customer. */
export const tagOf = (i: number) => ({
  id: `customer-${i}`,
  email: `customer.${i}@example.com`,
  firstname: 'Alex',
  lastname: `Meyer-${i}`,
  labels: ['newsletter'],
  additionalTaggingData: { plan: 'premium', basket: 129.95, orders: i % 7 },
});
