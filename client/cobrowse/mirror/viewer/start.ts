import { type FromViewer, HELLO, type ToViewer } from '../messages.ts';
import { FrameReader } from './FrameReader.ts';
import { Mirror } from './Mirror.ts';

/** Only whoever framed this document may hand over a port, and only one. */
function hello(event: MessageEvent): void {
  const [port] = event.ports;
  if (event.source !== parent || parent === window || event.data?.type !== HELLO || !port) return;
  removeEventListener('message', hello);
  open(port);
}

function open(port: MessagePort): void {
  const tell = (message: FromViewer) => port.postMessage(message);
  const mirror = new Mirror({ address: location.href, tell });
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

addEventListener('message', hello);
parent.postMessage({ type: HELLO }, '*');
