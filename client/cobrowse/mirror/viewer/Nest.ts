import { greet } from '../greet.ts';
import type { Box, FromViewer, ToViewer } from '../messages.ts';
import { boxOf, setAttribute } from './dom.ts';

interface NestOptions {
  address: string;
  tell(message: FromViewer): void;
  wants(nest: Nest, hashes: string[]): void;
}

/** A document within the document: a viewer of its own in a frame, told what concerns it, and heard as if here. */
export class Nest {
  readonly frame: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #options: NestOptions;
  readonly #greeting: () => void;

  constructor(frame: HTMLIFrameElement, options: NestOptions) {
    this.frame = frame;
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(data as FromViewer);
    this.#greeting = greet(frame, port2, () => {});
    setAttribute(frame, 'sandbox', 'allow-scripts');
    setAttribute(frame, 'src', options.address);
  }

  tell(message: ToViewer, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** A point of this document in that one. */
  inside({ x, y }: { x: number; y: number }): { x: number; y: number } {
    const { left, top } = this.#origin();
    return { x: x - left, y: y - top };
  }

  close(): void {
    this.#greeting();
    this.#port.close();
  }

  #origin(): { left: number; top: number } {
    const { left, top } = boxOf(this.frame);
    const { paddingLeft, paddingTop } = getComputedStyle(this.frame);
    return {
      left: left + this.frame.clientLeft + Number.parseFloat(paddingLeft),
      top: top + this.frame.clientTop + Number.parseFloat(paddingTop),
    };
  }

  #hear(message: FromViewer): void {
    const { tell, wants } = this.#options;
    const { left, top } = this.#origin();
    switch (message.type) {
      case 'wants':
        return wants(this, message.hashes);
      case 'command':
      case 'reach':
      case 'gap':
        return tell(message);
      case 'pointer':
        return tell({ ...message, x: message.x + left, y: message.y + top });
      case 'list':
        return tell(
          message.list ? { ...message, list: { ...message.list, at: moved(message.list.at, left, top) } } : message,
        );
      case 'field':
        return tell(
          message.field ? { ...message, field: { ...message.field, at: moved(message.field.at, left, top) } } : message,
        );
      case 'outline':
        // What the page is scrolled by is told apart, and only of the outermost.
        return tell(message.box ? { ...message, box: moved(message.box, left + scrollX, top + scrollY) } : message);
      case 'mark':
        return tell(message);
      default:
    }
  }
}

const moved = (box: Box, left: number, top: number): Box => ({ ...box, x: box.x + left, y: box.y + top });
