import type { Nests } from './Nests.ts';
import type { NodeBook } from './NodeBook.ts';
import { Source } from './numbers.ts';
import { type Fields, fieldsOf, listOf, numberOf } from './shape.ts';

/** `data` of rrweb’s Selection: what the visitor has marked. */
export function select(book: NodeBook, nests: Nests, data: Fields): void {
  const selection = getSelection();
  selection?.removeAllRanges();
  for (const given of listOf(data['ranges'])) {
    const { start, end, startOffset, endOffset } = fieldsOf(given);
    const nest = nests.owner(start);
    if (nest) return nests.event(nest, Source.selection, data);
    const [from, to] = [book.node(numberOf(start)), book.node(numberOf(end))];
    if (!from || !to) continue;
    const range = document.createRange();
    try {
      range.setStart(from, numberOf(startOffset));
      range.setEnd(to, numberOf(endOffset));
      selection?.addRange(range);
    } catch {
      // The text has become shorter meanwhile.
    }
  }
}
