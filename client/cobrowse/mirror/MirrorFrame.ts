import type { CobrowseCapability, CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';
import { Emitter } from '../../core/Emitter.ts';
import { FieldEditor } from './FieldEditor.ts';
import { greet } from './greet.ts';
import type { FromViewer, MirrorMode, Modifier, ToViewer } from './messages.ts';
import css from './mirror.css?inline';
import { Overlay } from './Overlay.ts';
import { Surface } from './Surface.ts';

export interface MirrorEvents {
  /** Takes frames from now on; those before were kept. */
  ready: () => void;
  /** The page is on screen. */
  shown: () => void;
  /** Of the visitor’s window, CSS pixels. */
  size: (size: { width: number; height: number }) => void;
  page: (page: { url: string; title?: string }) => void;
  /** Something is missing: only the whole page anew helps. */
  gap: () => void;
  paused: (paused: boolean) => void;
  progress: (progress: { done: number; total: number }) => void;
  /** Assets, by hash, that are to be handed in. */
  wants: (hashes: string[]) => void;
  mark: (mark: CobrowseMark) => void;
  command: (command: CobrowseCommand) => void;
}

export interface MirrorFrameOptions {
  /** Origin of the CoView server. */
  host: string;
  language: string;
}

/**
 * The visitor’s page in the agent’s, scaled to fit. What was recorded runs in a document of an opaque origin without
 * network; the agent’s pointer and keys never reach it: they are taken above it and told to it as data.
 */
export class MirrorFrame extends Emitter<MirrorEvents> {
  readonly element = document.createElement('div');
  readonly #options: MirrorFrameOptions;
  readonly #box = div('box');
  readonly #scene = div('scene');
  readonly #page = div('page');
  readonly #overlay: Overlay;
  readonly #surface: Surface;
  readonly #editor: FieldEditor;
  readonly #resized = new ResizeObserver(() => this.#fit());
  #iframe: HTMLIFrameElement | undefined;
  #port: MessagePort | undefined;
  #greeting: (() => void) | undefined;
  #mode: ToViewer = { type: 'mode', mode: 'view', capabilities: [] };
  #size = { width: 1280, height: 720 };
  #zoom: number | 'fit' = 'fit';
  #closed = false;

  constructor(options: MirrorFrameOptions) {
    super();
    this.#options = options;
    this.#overlay = new Overlay({
      language: options.language,
      choose: (node, chosen) => this.#tell({ type: 'input', input: { act: 'choose', node, options: chosen } }),
    });
    this.#surface = new Surface({
      label: isGerman(options) ? 'Tastatur für die Seite des Besuchers' : 'Keyboard for the visitor’s page',
      tell: (input) => this.#tell({ type: 'input', input }),
    });
    this.#editor = new FieldEditor({
      label: isGerman(options) ? 'Feld des Besuchers' : 'The visitor’s field',
      fill: (node, value) => this.#tell({ type: 'input', input: { act: 'fill', node, value } }),
      tab: (back) => {
        const modifiers: Modifier[] = back ? ['shift'] : [];
        this.#tell({ type: 'input', input: { act: 'key', key: 'Tab', code: 'Tab', modifiers } });
      },
      done: () => this.#surface.focus(),
    });
    this.element.dataset['cv'] = 'mirror';
    this.element.style.cssText = 'display:block;position:relative;width:100%;height:100%;min-height:0;min-width:0';
    const root = this.element.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.#overlay.element.append(this.#editor.element, this.#editor.end);
    this.#page.append(this.#surface.element, this.#overlay.element);
    this.#scene.append(this.#page);
    this.#box.append(this.#scene);
    root.append(this.#box);
    this.#resized.observe(this.#box);
    this.#open();
    this.#fit();
  }

  /** A whole binary message. Its bytes are handed over: the caller has them no more. */
  frame(bytes: ArrayBuffer): void {
    this.#tell({ type: 'frame', bytes }, [bytes]);
  }

  /** What `wants` asked for; null: it cannot be had. */
  asset(hash: string, mime: string, bytes: ArrayBuffer | null): void {
    this.#tell({ type: 'asset', hash, mime, bytes }, bytes ? [bytes] : []);
  }

  mode(mode: MirrorMode, capabilities: readonly CobrowseCapability[]): void {
    this.#mode = { type: 'mode', mode, capabilities };
    this.#surface.mode(mode);
    this.#tell(this.#mode);
  }

  /** What another agent shows. */
  mark(agent: string, mark: CobrowseMark): void {
    this.#overlay.mark(agent, mark);
    if (mark.mark === 'highlight') this.#tell({ type: 'mark', agent, mark });
  }

  /** 1: as large as at the visitor. */
  zoom(zoom: number | 'fit'): void {
    this.#zoom = zoom;
    this.#fit();
  }

  close(): void {
    this.#closed = true;
    this.#greeting?.();
    this.#port?.close();
    this.#surface.close();
    this.#resized.disconnect();
    this.element.remove();
    this.#iframe?.remove();
  }

  /** A document of ours in a fresh frame; what is told before it has loaded waits in the port. */
  #open(): void {
    this.#iframe?.remove();
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    const iframe = document.createElement('iframe');
    iframe.setAttribute('sandbox', 'allow-scripts');
    iframe.referrerPolicy = 'no-referrer';
    iframe.tabIndex = -1;
    iframe.title = isGerman(this.#options) ? 'Seite des Besuchers' : 'The visitor’s page';
    this.#greeting?.();
    this.#greeting = greet(iframe, port2, () => this.#reopen());
    port1.onmessage = ({ data }) => this.#hear(data as FromViewer);
    iframe.src = `${this.#options.host}/cobrowse/viewer/`;
    this.#port = port1;
    this.#iframe = iframe;
    this.#page.prepend(iframe);
  }

  #reopen(): void {
    if (this.#closed) return;
    this.#open();
    this.#overlay.clear();
    this.#editor.close();
    this.#tell(this.#mode);
    this.emit('gap');
  }

  #tell(message: ToViewer, transfer: Transferable[] = []): void {
    if (!this.#closed) this.#port?.postMessage(message, transfer);
  }

  /** Comes from where the visitor’s content is shown: nothing is done with it but drawing and passing on. */
  #hear(message: FromViewer): void {
    if (this.#closed) return;
    switch (message.type) {
      case 'shown':
        this.#editor.close();
        return this.emit('shown');
      case 'ready':
      case 'gap':
        return this.emit(message.type);
      case 'size':
        return this.#resize(message);
      case 'page':
        return this.emit('page', { url: String(message.url), ...(message.title && { title: String(message.title) }) });
      case 'paused':
        return this.emit('paused', message.paused === true);
      case 'progress':
        return this.emit('progress', { done: Number(message.done), total: Number(message.total) });
      case 'wants':
        return this.emit('wants', message.hashes.map(String));
      case 'mark':
        this.#overlay.mark('', message.mark);
        return this.emit('mark', message.mark);
      case 'command':
        return this.emit('command', message.command);
      case 'field':
        if (!message.field) return this.#editor.close();
        // The agent may have gone elsewhere meanwhile.
        return this.#surface.hasKeys ? this.#editor.open(message.field) : undefined;
      case 'reach':
        return this.#surface.reach(message.can === true);
      default:
        return this.#overlay.hear(message);
    }
  }

  #resize({ width, height }: { width: number; height: number }): void {
    this.#size = { width: pixels(width), height: pixels(height) };
    this.#fit();
    this.emit('size', { ...this.#size });
  }

  #fit(): void {
    const { width, height } = this.#size;
    const { clientWidth, clientHeight } = this.#box;
    const fitting = clientWidth && clientHeight ? Math.min(clientWidth / width, clientHeight / height) : 1;
    const scale = this.#zoom === 'fit' ? fitting : this.#zoom;
    const size = { width: `${width}px`, height: `${height}px` };
    Object.assign(this.#scene.style, { width: `${width * scale}px`, height: `${height * scale}px` });
    Object.assign(this.#page.style, size, { transform: `scale(${scale})` });
  }
}

const isGerman = ({ language }: MirrorFrameOptions): boolean => language.startsWith('de');

/** No window is smaller or larger, and no frame needs to be. */
const pixels = (length: number): number => Math.min(Math.max(Math.round(Number(length)) || 0, 50), 16_384);

function div(name: string): HTMLElement {
  const element = document.createElement('div');
  element.className = name;
  return element;
}
