import type { Page } from 'playwright-core';
import type { RecordedNode } from './recorded.ts';

/** A form’s own properties may be fields of these names, so that everything is asked of the prototypes. */
const inPage = `(markup) => {
  const of = (prototype, name, node) => Object.getOwnPropertyDescriptor(prototype, name).get.call(node);
  const within = (node) => [...of(Node.prototype, 'childNodes', node)].flatMap((child) => record(child));
  const record = (node) => {
    window.lastId = (window.lastId ?? 1_000_000) + 1;
    const id = window.lastId;
    if (node instanceof Text) return [{ type: 3, id, textContent: node.data }];
    if (node instanceof Comment) return [{ type: 5, id, textContent: node.data }];
    if (!(node instanceof Element)) return [];
    const attributes = [...of(Element.prototype, 'attributes', node)].map(({ name, value }) => [name, value]);
    const childNodes = within(node instanceof HTMLTemplateElement ? node.content : node);
    const isSVG = of(Element.prototype, 'namespaceURI', node) === 'http://www.w3.org/2000/svg';
    const tagName = of(Element.prototype, 'localName', node);
    return [{ type: 2, id, tagName, attributes: Object.fromEntries(attributes), childNodes, ...(isSVG && { isSVG }) }];
  };
  const parsed = new DOMParser().parseFromString('<!doctype html><body>' + markup, 'text/html');
  return { head: within(parsed.head), body: parsed.body ? within(parsed.body) : [] };
}`;

/** Markup as a recorder without any scruple would note it: every element, every attribute, as they stand. */
export function recordMarkup(page: Page, html: string): Promise<{ head: RecordedNode[]; body: RecordedNode[] }> {
  return page.evaluate(`(${inPage})(${JSON.stringify(html)})`);
}
