import type { Page } from 'playwright-core';
import type { RecordedNode } from './recorded.ts';

/** Markup as a recorder without any scruple would note it: every element, every attribute, as they stand. */
export function recordMarkup(page: Page, html: string): Promise<{ head: RecordedNode[]; body: RecordedNode[] }> {
  return page.evaluate((markup) => {
    const kept = window as unknown as { lastId?: number };
    // A form’s own properties may be fields of these names.
    const of = (prototype: object, name: string, node: Node) =>
      Object.getOwnPropertyDescriptor(prototype, name)?.get?.call(node);
    const within = (node: Node): RecordedNode[] => list(of(Node.prototype, 'childNodes', node));
    const list = (nodes: NodeListOf<ChildNode>): RecordedNode[] => [...nodes].flatMap((node) => one(node));
    const one = (node: Node): RecordedNode[] => {
      kept.lastId = (kept.lastId ?? 1_000_000) + 1;
      const id = kept.lastId;
      if (node instanceof Text) return [{ type: 3, id, textContent: node.data }];
      if (node instanceof Comment) return [{ type: 5, id, textContent: node.data }];
      if (!(node instanceof Element)) return [];
      const attributes = Object.fromEntries(
        [...(of(Element.prototype, 'attributes', node) as NamedNodeMap)].map(({ name, value }) => [name, value]),
      );
      const childNodes = within(node instanceof HTMLTemplateElement ? node.content : node);
      const svg = of(Element.prototype, 'namespaceURI', node) === 'http://www.w3.org/2000/svg' && { isSVG: true };
      return [{ type: 2, id, tagName: of(Element.prototype, 'localName', node), attributes, childNodes, ...svg }];
    };
    const parsed = new DOMParser().parseFromString(`<!doctype html><body>${markup}`, 'text/html');
    return { head: within(parsed.head), body: parsed.body ? within(parsed.body) : [] };
  }, html);
}
