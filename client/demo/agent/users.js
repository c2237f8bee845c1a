import { coview } from '../coview.js';
import { failed, startScreen } from './call.js';

const table = document.querySelector('#users');
const cell = (...content) => {
  const td = document.createElement('td');
  td.append(...content);
  return td;
};

function addTableRow(user) {
  const row = document.createElement('tr');
  row.dataset.email = user.email ?? '';
  const profile = Object.assign(document.createElement('a'), { textContent: user.email ?? user.id ?? user.visitorId });
  profile.href = `profile.html?email=${encodeURIComponent(user.email ?? user.id ?? user.visitorId)}`;
  profile.dataset.test = 'profile';
  const start = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Start' });
  start.dataset.test = 'start';
  start.dataset.visitor = user.visitorId;
  start.disabled = !user.screen || user.busy;
  if (!user.screen) start.title = 'This browser cannot share its screen';
  else if (user.busy) start.title = 'Already in a call';
  start.addEventListener('click', () => startScreen(user.visitorId));
  row.append(cell(profile), cell(user.title), cell(start));
  table.tBodies[0].append(row);
}

function show(users) {
  const focused = document.activeElement?.dataset?.visitor;
  table.tBodies[0].replaceChildren();
  for (const user of users) addTableRow(user);
  table.hidden = users.length === 0;
  document.querySelector('#empty').hidden = users.length > 0;
  if (focused) table.querySelector(`[data-visitor="${focused}"]`)?.focus();
}

const CV = await coview;
CV.user.list((users) => {
  show(users);
  CV.user.onChange(show);
}, failed);
