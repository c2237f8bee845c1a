import type { FromViewer, MirrorInput, ToViewer } from '../messages.ts';
import type { Assets } from './Assets.ts';
import { hostOrParent } from './dom.ts';
import { Nest } from './Nest.ts';
import { Kind, Source } from './numbers.ts';
import { type Fields, fieldsOf, idOf, listOf } from './shape.ts';

interface NestsOptions {
  address: string;
  assets: Assets;
  tell(message: FromViewer): void;
}

/** All nested documents, and which nodes are theirs: numbers count through all documents of a page. */
export class Nests {
  readonly #options: NestsOptions;
  readonly #byFrame = new Map<HTMLIFrameElement, Nest>();
  readonly #owners = new Map<number, Nest>();
  /** Who waits for an asset, which was asked for when this document heard of it. */
  readonly #waiting = new Map<string, Set<Nest>>();
  #mode: ToViewer | undefined;

  constructor(options: NestsOptions) {
    this.#options = options;
  }

  get any(): boolean {
    return this.#byFrame.size > 0;
  }

  clear(): void {
    for (const nest of this.#byFrame.values()) nest.close();
    this.#byFrame.clear();
    this.#owners.clear();
    this.#waiting.clear();
  }

  owner(id: unknown): Nest | undefined {
    return this.#owners.get(id as number);
  }

  of(frame: Element): Nest | undefined {
    return this.#byFrame.get(frame as HTMLIFrameElement);
  }

  /** The document of a frame has been recorded. */
  open(frame: HTMLIFrameElement, recorded: Fields): void {
    this.#close(frame);
    const { address, assets, tell } = this.#options;
    const nest = new Nest(frame, { address, tell, wants: (asking, hashes) => this.#want(asking, hashes) });
    this.#byFrame.set(frame, nest);
    this.claim(nest, recorded);
    nest.tell({ type: 'known', assets: assets.known() });
    if (this.#mode) nest.tell(this.#mode);
    const view = {
      type: Kind.custom,
      data: { tag: 'cv.view', payload: { features: assets.features && [...assets.features] } },
    };
    const data = { node: recorded, initialOffset: { left: 0, top: 0 } };
    nest.tell({ type: 'events', events: [view, { type: Kind.full, data }] });
  }

  /** All nodes of a tree are this one’s. */
  claim(nest: Nest, recorded: Fields): void {
    const waiting = [recorded];
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      this.#owners.set(idOf(node['id']), nest);
      for (const child of listOf(node['childNodes'])) waiting.push(fieldsOf(child));
    }
  }

  tellAll(message: ToViewer): void {
    if (message.type === 'mode') this.#mode = message;
    for (const nest of this.#byFrame.values()) nest.tell(message);
  }

  event(nest: Nest, source: number, data: Fields): void {
    nest.tell({ type: 'events', events: [{ type: Kind.incremental, data: { ...data, source } }] });
  }

  /** Of a mutation, what is this document’s; the rest goes where it belongs. */
  split(data: Fields): Fields {
    const own = { removes: [], adds: [], texts: [], attributes: [] };
    const theirs = new Map<Nest, typeof own>();
    for (const [part, list] of Object.entries(own) as [keyof typeof own, unknown[]][]) {
      for (const entry of listOf(data[part])) {
        const fields = fieldsOf(entry);
        const nest = this.owner(part === 'adds' ? fields['parentId'] : fields['id']);
        if (!nest) {
          list.push(entry);
          continue;
        }
        if (part === 'adds') this.claim(nest, fieldsOf(fields['node']));
        const lists: Record<string, unknown[]> = theirs.get(nest) ?? {
          removes: [],
          adds: [],
          texts: [],
          attributes: [],
        };
        lists[part]?.push(entry);
        theirs.set(nest, lists as typeof own);
      }
    }
    for (const [nest, changes] of theirs) this.event(nest, Source.mutation, { ...data, ...changes });
    return own;
  }

  input(nest: Nest, input: MirrorInput): void {
    nest.tell({ type: 'input', input: 'x' in input ? { ...input, ...nest.inside(input) } : input });
  }

  /** An asset has come. */
  take(hash: string): void {
    const had = this.#options.assets.had(hash);
    for (const nest of (had && this.#waiting.get(hash)) ?? []) give(nest, hash, had);
    this.#waiting.delete(hash);
  }

  leaving(node: Node): void {
    for (const frame of this.#byFrame.keys()) if (isWithin(frame, node)) this.#close(frame);
  }

  #close(frame: HTMLIFrameElement): void {
    const nest = this.#byFrame.get(frame);
    if (!nest) return;
    nest.close();
    this.#byFrame.delete(frame);
    for (const [id, owner] of this.#owners) if (owner === nest) this.#owners.delete(id);
    for (const waiting of this.#waiting.values()) waiting.delete(nest);
  }

  #want(nest: Nest, hashes: string[]): void {
    for (const hash of hashes) {
      const had = this.#options.assets.had(hash);
      if (had) give(nest, hash, had);
      else this.#waiting.set(hash, (this.#waiting.get(hash) ?? new Set()).add(nest));
    }
  }
}

function give(nest: Nest, hash: string, had: { mime: string; blob: Blob | null } | undefined): void {
  if (had) nest.tell({ type: 'asset', hash, mime: had.mime, bytes: had.blob });
}

/** Through shadow roots too. */
function isWithin(node: Node, outer: Node): boolean {
  for (let at: Node | null = node; at; at = hostOrParent(at)) if (at === outer) return true;
  return false;
}
