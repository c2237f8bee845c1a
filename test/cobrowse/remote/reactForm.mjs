import { createElement as h, useState } from 'react';
import { createRoot } from 'react-dom/client';

const empty = { name: '', mail: '', note: '', amount: '', news: false, size: 's', colours: [], way: 'post' };

/** Everything in it is held by React: what React did not hear of is put back. */
function Form({ onState, onSent }) {
  const [state, setState] = useState(empty);
  onState(state);
  const set = (key, value) => setState((former) => ({ ...former, [key]: value }));
  const text = (id, type = 'text') =>
    h('input', { id, type, value: state[id], onChange: ({ target }) => set(id, target.value) });
  const submit = (event) => {
    event.preventDefault();
    onSent(state);
  };
  return h(
    'form',
    { id: 'form', onSubmit: submit },
    text('name'),
    text('mail', 'email'),
    text('amount', 'number'),
    h('textarea', { id: 'note', value: state.note, onChange: ({ target }) => set('note', target.value) }),
    h(
      'label',
      { id: 'newsLabel' },
      'News ',
      h('input', {
        id: 'news',
        type: 'checkbox',
        checked: state.news,
        onChange: ({ target }) => set('news', target.checked),
      }),
    ),
    ['post', 'van'].map((way) =>
      h('input', {
        key: way,
        id: way,
        name: 'way',
        type: 'radio',
        checked: state.way === way,
        onChange: () => set('way', way),
      }),
    ),
    h(
      'select',
      { id: 'size', value: state.size, onChange: ({ target }) => set('size', target.value) },
      ['s', 'm', 'l'].map((size) => h('option', { key: size, disabled: size === 'm' }, size)),
    ),
    h(
      'select',
      {
        id: 'colours',
        multiple: true,
        value: state.colours,
        onChange: ({ target }) =>
          set(
            'colours',
            [...target.selectedOptions].map(({ value }) => value),
          ),
      },
      ['red', 'green', 'blue'].map((colour) => h('option', { key: colour }, colour)),
    ),
    h('button', { id: 'send', type: 'submit' }, 'Send'),
  );
}

/** Resolves when it is there; `onState` hears of every state, `onSent` of what was sent. */
export const mount = (root, onSent, onState) =>
  new Promise((resolve) => {
    const seen = (state) => {
      onState(state);
      requestAnimationFrame(resolve);
    };
    createRoot(root).render(h(Form, { onState: seen, onSent }));
  });
