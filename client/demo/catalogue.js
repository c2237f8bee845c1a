/** Everything the shop sells; `img` is a file in img/. */
export const products = [
  {
    id: 'morning-hill',
    name: 'Morning Hill',
    kind: 'Black tea, Assam',
    price: 11.9,
    unit: '100 g tin',
    text: 'Malty, round and strong enough for milk. The first pot of the day, picked in the second flush.',
    brew: '95 °C · 4 minutes · 2 teaspoons a pot',
  },
  {
    id: 'garden-mint',
    name: 'Garden Mint',
    kind: 'Herbal infusion',
    price: 8.5,
    unit: '60 g tin',
    text: 'Peppermint and a little lemon balm, dried slowly so that the leaves stay green and whole.',
    brew: '100 °C · 6 minutes · a handful a pot',
  },
  {
    id: 'jasmine-cloud',
    name: 'Jasmine Cloud',
    kind: 'Green tea, Fujian',
    price: 14.2,
    unit: '80 g tin',
    text: 'Young green leaves laid between fresh blossoms for five nights. Light, floral, never perfumed.',
    brew: '75 °C · 2 minutes · good for three infusions',
  },
  {
    id: 'orchard',
    name: 'Orchard',
    kind: 'Fruit infusion',
    price: 7.9,
    unit: '120 g tin',
    text: 'Apple, rosehip and sour cherry from one valley. Deep red, and just as good over ice.',
    brew: '100 °C · 8 minutes · 3 teaspoons a pot',
  },
  {
    id: 'fire-and-fig',
    name: 'Fire & Fig',
    kind: 'Spiced rooibos',
    price: 9.6,
    unit: '100 g tin',
    text: 'Rooibos with dried fig, cinnamon and a pinch of long pepper. For the evening, without caffeine.',
    brew: '100 °C · 7 minutes · 2 teaspoons a pot',
  },
  {
    id: 'stoneware-pot',
    name: 'Stoneware pot',
    kind: 'Teapot, 0.9 l',
    price: 48,
    unit: 'one of a kind',
    text: 'Thrown and glazed by hand, with a fine sieve in the spout. It pours without a drip. We tried.',
    brew: 'Rinse with warm water; no dishwasher, please',
  },
];

export const productOf = (id) => products.find((product) => product.id === id);

export const euro = (amount) => new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(amount);
