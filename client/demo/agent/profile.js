import { coview } from '../coview.js';
import { failed, startScreen } from './call.js';

const email = new URLSearchParams(location.search).get('email') ?? 'john.doe@example.com';
const element = (id) => document.querySelector(`#${id}`);
let visitorId;

function show(status) {
  visitorId = status.visitorId;
  element('name').textContent = [status.firstname, status.lastname].filter(Boolean).join(' ') || email;
  element('email').textContent = status.email ?? email;
  element('start').hidden = !visitorId;
  element('start').disabled = status.busy || status.screen === false;
  element('offline').hidden = Boolean(visitorId);
}

element('start').addEventListener('click', async () => {
  const call = await startScreen(visitorId);
  call.attach(element('screen'));
});

const CV = await coview;
CV.user.status(
  email,
  (status) => {
    show(status);
    // Whenever somebody comes or goes, this person's status may be another one.
    CV.user.onChange(() => CV.user.status(email, show, failed));
  },
  failed,
);
