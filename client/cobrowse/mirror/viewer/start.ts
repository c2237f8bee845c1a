import { greet } from '../greet.ts';
import { type FromViewer, HELLO, type ToViewer } from '../messages.ts';
import { FrameReader } from './FrameReader.ts';
import { makeInert } from './inert.ts';
import { Mirror } from './Mirror.ts';

/** Documents within documents count in their address, as browsers load none within itself. */
const depth = Number(location.search.slice(1)) || 0;
const within = `${location.href.split(/[?#]/, 1)[0]}?${depth + 1}`;

/** Only whoever framed this document may hand over a port, and only one. */
function hello(event: MessageEvent): void {
  const [port] = event.ports;
  if (event.source !== parent || parent === window || event.data?.type !== HELLO || !port) return;
  removeEventListener('message', hello);
  if (depth === 0) hold(port);
  else open(port);
}

/** The outermost shows nothing itself: its policy is what keeps the one within from going elsewhere. */
function hold(port: MessagePort): void {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.style.cssText = 'position:fixed;inset:0;width:100%;height:100%;border:0';
  greet(frame, port, () => {});
  frame.src = within;
  document.body.append(frame);
}

function open(port: MessagePort): void {
  const tell = (message: FromViewer) => port.postMessage(message);
  const mirror = new Mirror({ address: within, tell });
  const reader = new FrameReader({
    begin: (stream) => mirror.begin(stream),
    apply: (events) => mirror.apply(events),
    gap: () => tell({ type: 'gap' }),
  });
  port.onmessage = ({ data }) => {
    const message = data as ToViewer;
    switch (message.type) {
      case 'frame':
        return reader.take(message.bytes);
      case 'events':
        return applied(() => mirror.apply(message.events), tell);
      case 'asset':
        return mirror.asset(message);
      case 'known':
        return mirror.known(message);
      case 'mode':
        return mirror.mode(message);
      case 'mark':
        return mirror.hits.show(message);
      case 'input':
        return mirror.hits.input(message.input);
    }
  };
  tell({ type: 'ready' });
}

function applied(apply: () => void, tell: (message: FromViewer) => void): void {
  try {
    apply();
  } catch {
    tell({ type: 'gap' });
  }
}

makeInert();
addEventListener('message', hello);
parent.postMessage({ type: HELLO }, '*');
