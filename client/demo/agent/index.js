import { coview } from '../coview.js';

const show = (id, text) => {
  const element = document.querySelector(id);
  element.textContent = text;
  element.hidden = false;
};

async function beAgent(email, token) {
  document.querySelector('#error').hidden = true;
  const CV = await coview;
  try {
    await CV.rest.auth(email, token);
    show('#me', `You are ${email} in this tab.`);
    const link = Object.assign(document.createElement('a'), {
      href: 'users.html',
      textContent: 'See the active users',
    });
    document.querySelector('#me').append(' ', link);
  } catch (error) {
    show('#error', `${error.code}: ${error.message}`);
  }
}

const answer = await fetch('/demo/credentials.json');
if (answer.ok) {
  const { agents } = await answer.json();
  for (const [email, token] of Object.entries(agents)) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: email });
    button.dataset.agent = email;
    button.addEventListener('click', () => beAgent(email, token));
    document.querySelector('#agents').append(button);
  }
} else {
  show('#error', 'The demo’s agents are only given to a browser on the server’s own machine.');
}
