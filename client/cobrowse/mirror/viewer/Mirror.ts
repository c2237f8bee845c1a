import type { FromViewer, ToViewer } from '../messages.ts';
import { Animations } from './Animations.ts';
import { Assets } from './Assets.ts';
import { Attributes } from './Attributes.ts';
import { addFont } from './addFont.ts';
import { Builder } from './Builder.ts';
import { Canvases } from './Canvases.ts';
import { shadowOf } from './dom.ts';
import { fill, fillFirst } from './fields.ts';
import { Hits } from './Hits.ts';
import { Nests } from './Nests.ts';
import { NodeBook } from './NodeBook.ts';
import { Kind, NodeKind, Source } from './numbers.ts';
import { Pointer } from './Pointer.ts';
import { Scrolls } from './Scrolls.ts';
import { States } from './States.ts';
import { Styles } from './Styles.ts';
import { select } from './selection.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, ShapeError, textOf } from './shape.ts';
import { Tree } from './Tree.ts';
import { fullscreen, pop, showModal } from './turn.ts';

export interface MirrorOptions {
  /** The viewer’s own address, for documents within this one. */
  address: string;
  tell(message: FromViewer): void;
}

/** What was recorded of a document, in this document. Events are applied as they come, each as a whole. */
export class Mirror {
  readonly hits: Hits;
  readonly #options: MirrorOptions;
  readonly #book = new NodeBook();
  readonly #assets: Assets;
  readonly #styles: Styles;
  readonly #attributes: Attributes;
  readonly #builder: Builder;
  readonly #tree: Tree;
  readonly #nests: Nests;
  readonly #states = new States(this.#book);
  readonly #scrolls: Scrolls;
  readonly #canvases = new Canvases();
  readonly #animations: Animations;
  readonly #pointer: Pointer;
  /** What is to be done to elements that have just been built. */
  #fresh: [Element, Fields][] = [];
  #stream: number | undefined;
  #page = { url: '', title: '' };
  #size = { width: 0, height: 0 };

  constructor(options: MirrorOptions) {
    const { address, tell } = options;
    this.#options = options;
    this.#assets = new Assets({ wants: (hashes) => tell({ type: 'wants', hashes }) });
    this.#styles = new Styles(this.#assets);
    this.#animations = new Animations(this.#assets);
    this.#attributes = new Attributes(this.#assets);
    this.#nests = new Nests({ address, assets: this.#assets, tell });
    this.#scrolls = new Scrolls((x, y) => tell({ type: 'scrolled', x, y }));
    const shared = { book: this.#book, attributes: this.#attributes, styles: this.#styles };
    this.#builder = new Builder({ ...shared, later: (element, attributes) => this.#fresh.push([element, attributes]) });
    this.#tree = new Tree({ ...shared, builder: this.#builder, leaving: (node) => this.#nests.leaving(node) });
    this.hits = new Hits({ book: this.#book, nests: this.#nests, states: this.#states, tell });
    this.#pointer = new Pointer({
      book: this.#book,
      nests: this.#nests,
      states: this.#states,
      hits: this.hits,
      tell,
    });
  }

  /** The page begins anew; of another recording, assets have other numbers. */
  begin(stream: number): void {
    if (stream !== this.#stream) this.#assets.forget();
    this.#stream = stream;
  }

  /** Throws at what cannot be applied; what is shown is then of no use. */
  apply(events: readonly unknown[]): void {
    try {
      for (const event of events) this.#apply(fieldsOf(event));
    } finally {
      this.#styles.render();
      this.#assets.ask();
    }
    this.#refresh();
    this.#scrolls.settle();
    this.#tellPage();
  }

  asset({ hash, mime, bytes }: ToViewer & { type: 'asset' }): void {
    void this.#assets.take(hash, mime, bytes).then(() => {
      this.#nests.take(hash);
      this.#scrolls.settle();
    });
  }

  known({ assets }: ToViewer & { type: 'known' }): void {
    for (const [n, hash] of assets) this.#assets.tell(n, hash);
    this.#assets.ask();
  }

  mode(message: ToViewer & { type: 'mode' }): void {
    this.hits.mode(message);
    this.#nests.tellAll(message);
  }

  #apply(event: Fields): void {
    const { type } = event;
    if (type === Kind.full) this.#full(fieldsOf(event['data']));
    else if (type === Kind.incremental) this.#change(fieldsOf(event['data']));
    else if (type === Kind.meta) this.#meta(fieldsOf(event['data']));
    else if (type === Kind.custom) this.#custom(fieldsOf(event['data']));
  }

  #full(data: Fields): void {
    this.#fresh = [];
    this.#nests.clear();
    this.#states.clear();
    this.#animations.clear();
    document.fonts.clear();
    this.#tree.full(fieldsOf(data['node']));
    this.#scrolls.begin();
    this.#styles.render();
    this.#refresh();
    const { left, top } = fieldsOf(data['initialOffset'] ?? { left: 0, top: 0 });
    this.#scrolls.set(document, numberOf(left), numberOf(top));
    this.#options.tell({ type: 'shown' });
  }

  #meta({ href, width, height }: Fields): void {
    this.#page = { ...this.#page, url: textOf(href) };
    this.#options.tell({ type: 'page', ...this.#page });
    this.#resize(width, height);
  }

  #resize(width: unknown, height: unknown): void {
    const size = { width: numberOf(width), height: numberOf(height) };
    if (size.width === this.#size.width && size.height === this.#size.height) return;
    this.#size = size;
    this.#options.tell({ type: 'size', ...size });
  }

  #custom({ tag, payload }: Fields): void {
    const fields = fieldsOf(payload ?? {});
    switch (tag) {
      case 'cv.asset': {
        const { n, hash } = fields;
        const known: [number, string | null] = [idOf(n), hash === null ? null : textOf(hash)];
        this.#assets.tell(...known);
        this.#nests.tellAll({ type: 'known', assets: [known] });
        return;
      }
      case 'cv.hover':
        return this.#pointer.hover(fields['id'] === null ? undefined : idOf(fields['id']));
      case 'cv.animation':
      case 'cv.fullscreen':
      case 'cv.select': {
        const id = idOf(fields['id']);
        const nest = this.#nests.owner(id);
        const element = this.#book.element(id);
        if (nest) nest.tell({ type: 'events', events: [{ type: Kind.custom, data: { tag, payload } }] });
        else if (tag === 'cv.select') this.hits.visitorsList(id, fields['open'] === true);
        else if (tag === 'cv.fullscreen') element && fullscreen(element, fields['on'] === true);
        else if (element) this.#animations.show(element, idOf(fields['n']), fields);
        return;
      }
      case 'cv.view': {
        if (fields['features']) this.#assets.features = new Set(listOf(fields['features']).map(textOf));
        this.#styles.bar(numberOf(fields['bar'] ?? 0));
        this.#nests.view(fields);
        const [x, y] = [numberOf(fields['x'] ?? 0), numberOf(fields['y'] ?? 0)];
        return this.#options.tell({ type: 'visible', scale: numberOf(fields['scale'] ?? 1), x, y });
      }
      case 'cv.target':
        return this.#states.target(fields['id'] === undefined ? undefined : idOf(fields['id']));
      case 'cv.paused':
        return this.#options.tell({ type: 'paused', paused: fields['paused'] === true });
      case 'cv.progress': {
        const [done, total] = [numberOf(fields['done']), numberOf(fields['total'])];
        return this.#options.tell({ type: 'progress', done, total });
      }
      default:
    }
  }

  #change(data: Fields): void {
    const { source, id } = data;
    const nest = this.#nests.any ? this.#nests.owner(id) : undefined;
    if (nest) {
      if (source === Source.mouseInteraction) this.#pointer.interaction(data);
      return this.#nests.event(nest, numberOf(source), data);
    }
    switch (source) {
      case Source.mutation:
        return this.#mutate(data);
      case Source.mouseMove:
      case Source.touchMove:
      case Source.drag:
        return this.#pointer.moved(data);
      case Source.mouseInteraction:
        return this.#pointer.interaction(data);
      case Source.scroll: {
        const node = this.#book.node(idOf(id));
        return node && this.#scrolls.set(node, numberOf(data['x']), numberOf(data['y']));
      }
      case Source.viewport:
        return this.#resize(data['width'], data['height']);
      case Source.input: {
        const element = this.#book.element(idOf(id));
        return element && fill(element, data);
      }
      case Source.canvas: {
        const canvas = this.#book.node(idOf(id));
        return canvas instanceof HTMLCanvasElement ? this.#canvases.draw(canvas, data) : undefined;
      }
      case Source.font:
        return addFont(this.#assets, data);
      case Source.selection:
        return select(this.#book, this.#nests, data);
      case Source.styleSheetRule:
      case Source.styleDeclaration:
      case Source.adoptedStyleSheet:
        return this.#style(data);
      case Source.customElement:
        return this.#builder.define(textOf(fieldsOf(data['define'] ?? {})['name'] ?? ''));
      default:
    }
  }

  #mutate(given: Fields): void {
    const data = this.#nests.any ? this.#nests.split(given) : given;
    const adds = listOf(data['adds']).map(fieldsOf);
    const isDocument = (add: Fields) => fieldsOf(add['node'])['type'] === NodeKind.document;
    this.#tree.change({ ...data, adds: adds.filter((add) => !isDocument(add)) });
    this.#styles.render();
    this.#refresh();
    for (const add of adds.filter(isDocument)) {
      const frame = this.#book.node(idOf(add['parentId']));
      if (frame instanceof HTMLIFrameElement) this.#nests.open(frame, fieldsOf(add['node']));
      else if (frame === undefined && !this.#book.truncated) throw new ShapeError('no frame');
    }
  }

  #style(data: Fields): void {
    const { source, id, styleId } = data;
    if (source === Source.adoptedStyleSheet) {
      const node = this.#book.node(idOf(id));
      const root = node instanceof Element ? shadowOf(node) : node === document ? document : null;
      if (root) this.#styles.adopt(root, data);
      return;
    }
    if (typeof styleId === 'number' && !this.#styles.constructed(styleId)) {
      return this.#nests.tellAll({ type: 'events', events: [{ type: Kind.incremental, data }] });
    }
    const node = typeof id === 'number' ? this.#book.node(id) : undefined;
    const find = () =>
      typeof styleId === 'number'
        ? this.#styles.constructed(styleId)
        : node instanceof HTMLStyleElement || node instanceof SVGStyleElement
          ? node.sheet
          : null;
    if (source === Source.styleSheetRule) this.#styles.rules(find, data);
    else this.#styles.declaration(find, data);
  }

  /** State that is none of the markup, and has to wait until the elements stand where they belong. */
  #refresh(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const [element, attributes] of fresh) {
      fillFirst(element, attributes);
      const {
        rr_scrollLeft: left,
        rr_scrollTop: top,
        rr_dataURL: picture,
        rr_open_mode: mode,
        rr_popover: popover,
      } = attributes;
      if (left || top) this.#scrolls.set(element, Number(left) || 0, Number(top) || 0);
      if (picture && element instanceof HTMLCanvasElement) this.#canvases.first(element, picture);
      if (mode === 'modal' && element instanceof HTMLDialogElement) showModal(element);
      if (popover && element instanceof HTMLElement) pop(element, true);
    }
  }

  #tellPage(): void {
    const { title } = document;
    if (title === this.#page.title) return;
    this.#page = { ...this.#page, title };
    this.#options.tell({ type: 'page', ...this.#page });
  }
}
