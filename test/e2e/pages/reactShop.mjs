import createEmotion from '@emotion/css/create-instance';
import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';

/** As in production: rules go into the sheet by script, and no element has them as text. */
const { css, cx, keyframes, injectGlobal } = createEmotion({ key: 'shop', speedy: true });

injectGlobal({ body: { margin: 0, fontFamily: 'sans-serif', background: '#fafafa' } });
const still = keyframes({ from: { opacity: 1 }, to: { opacity: 1 } });
const bar = css({ display: 'flex', gap: 12, padding: 16, background: '#234', color: '#fff' });
const grid = css({ display: 'grid', gridTemplateColumns: 'repeat(3, 1fr)', gap: 12, padding: 16 });
const card = (hue) =>
  css({
    padding: 12,
    borderRadius: 8,
    background: `hsl(${hue} 60% 85%)`,
    animation: `${still} 1s`,
    '&:hover': { outline: '3px solid #234' },
    '@media (max-width: 500px)': { gridColumn: 'span 3', fontWeight: 'bold' },
  });

function Card({ name, hue, chosen, onChoose }) {
  return h(
    'article',
    { className: cx(card(hue), chosen && css({ boxShadow: 'inset 0 0 0 4px #c60' })), id: name },
    h('h3', { className: css({ margin: 0, color: `hsl(${hue} 80% 25%)` }) }, name),
    h('button', { type: 'button', onClick: onChoose }, chosen ? 'Chosen' : 'Choose'),
  );
}

const names = ['apple', 'birch', 'cedar', 'dahlia', 'elm', 'fern'];

function Shop() {
  const [order, setOrder] = useState(names);
  const [chosen, setChosen] = useState();
  const [search, setSearch] = useState('');
  const [isOpen, setOpen] = useState(false);
  const shown = order.filter((name) => name.includes(search));
  return h(
    'main',
    null,
    h(
      'header',
      { className: bar },
      h('strong', null, 'Trees'),
      h('input', { id: 'search', value: search, onChange: ({ target }) => setSearch(target.value) }),
      h('button', { id: 'turn', type: 'button', onClick: () => setOrder([...order].reverse()) }, 'Turn'),
      h('button', { id: 'open', type: 'button', onClick: () => setOpen(!isOpen) }, isOpen ? 'Less' : 'More'),
    ),
    h(
      'div',
      { className: grid },
      shown.map((name) =>
        h(Card, {
          key: name,
          name,
          hue: names.indexOf(name) * 60,
          chosen: name === chosen,
          onChoose: () => setChosen(name),
        }),
      ),
    ),
    isOpen &&
      h('p', { className: css({ margin: 16, padding: 8, border: '2px dotted #c06' }) }, `${shown.length} trees`),
  );
}

createRoot(document.querySelector('#root')).render(h(Shop));
