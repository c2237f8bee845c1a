import type { SelectionRange } from '@rrweb/types';
import { selectionOf } from '../privacy/reads.ts';
import { isLeftOut, isText } from './dom.ts';
import { incremental, type PageEvent, Source } from './events.ts';
import { type Desk, isDocument, type RareWatcher, type Root } from './watcher.ts';

/** What the visitor has selected in the page’s text. */
export class Selections implements RareWatcher {
  readonly #desk: Desk;
  readonly #changed = new Set<Document>();
  #told = '[]';

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  hear({ type }: Event, _target: Node, root: Root): void {
    if (type !== 'selectionchange' || !isDocument(root)) return;
    this.#changed.add(root);
    this.#desk.ask();
  }

  flush(): PageEvent[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed.flatMap((document) => {
      const ranges = this.#rangesOf(document);
      const text = JSON.stringify(ranges);
      // A caret that goes from place to place selects nothing all the time.
      if (text === this.#told) return [];
      this.#told = text;
      return [incremental({ source: Source.selection, ranges })];
    });
  }

  clear(): void {
    this.#changed.clear();
    this.#told = '[]';
  }

  #rangesOf(document: Document): SelectionRange[] {
    const selection = selectionOf(document);
    if (!selection || selection.isCollapsed) return [];
    const ranges: SelectionRange[] = [];
    for (let at = 0; at < selection.rangeCount; at++) {
      const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(at);
      const start = this.#desk.index.get(startContainer);
      const end = this.#desk.index.get(endContainer);
      if (!start || !end || start.leaf || end.leaf) continue;
      ranges.push({
        start: start.id,
        startOffset: offsetIn(startContainer, startOffset),
        end: end.id,
        endOffset: offsetIn(endContainer, endOffset),
      });
    }
    return ranges;
  }
}

/** Offsets in an element count its children, of which some are left out. */
function offsetIn(node: Node, offset: number): number {
  if (isText(node)) return offset;
  let count = 0;
  for (const child of [...node.childNodes].slice(0, offset)) if (!isLeftOut(child)) count++;
  return count;
}
