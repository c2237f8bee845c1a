import { coview } from '../coview.js';

const line = document.querySelector('#call-state');

/** Starts a screen share and tells on the page how it goes. */
export async function startScreen(visitorId) {
  const CV = await coview;
  const call = CV.calling.startScreen(visitorId);
  const tell = () => {
    line.dataset.state = call.state;
    line.dataset.reason = call.reason ?? '';
    line.textContent = `Screensharing: ${call.state}${call.reason ? ` (${call.reason})` : ''}`;
  };
  call.on('state', tell);
  tell();
  return call;
}

/** The page's own error handling: who is not signed in is told where to. */
export function failed(error) {
  if (error.code === 'UNAUTHENTICATED') document.querySelector('#sign-in-first').hidden = false;
  else line.textContent = `${error.code}: ${error.message}`;
}
