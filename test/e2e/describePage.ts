import type { ElementHandle, Frame, JSHandle } from 'playwright-core';

/** One node of a page, so that the same looks the same on both sides. */
interface Line {
  what: string;
  box?: readonly number[];
  /** The nth frame of this document stands here. */
  frame?: number;
}

/** Runs in the page. What has no look is left out; of fields and their like, what they hold, not what was written. */
const source = (masked: string, apart: string) => `(() => {
  const hidden = /^(script|noscript|template|style|link|meta|title|base|head|coview-widget|datalist|source|track|param)$/;
  const kept = ['id', 'class', 'slot', 'part', 'role', 'type', 'open', 'disabled', 'colspan', 'dir'];
  const masked = ${JSON.stringify(masked)};
  const isApart = (element) => ${apart !== ''} && element.matches(${JSON.stringify(apart)});
  const isMasked = (element) => masked !== '' && element.closest(masked) !== null;
  const stars = (text, element) => (isMasked(element) ? text.replace(/\\S/gu, '*') : text);
  const lines = [];
  const frames = [];
  const visit = (node, parent) => {
    if (node.nodeType === 3) {
      const text = node.data.replace(/\\s+/g, ' ').trim();
      if (text) lines.push({ what: '“' + stars(text, parent) + '”' });
      return;
    }
    if (node.nodeType !== 1 || hidden.test(node.localName)) return;
    const style = getComputedStyle(node);
    const facts = [node.localName];
    for (const name of kept) if (node.hasAttribute(name) && !(name === 'class' && node.className === '')) facts.push(name + '=' + node.getAttribute(name));
    if (/^(input|textarea|select)$/.test(node.localName)) {
      const isChoice = /^(checkbox|radio)$/.test(node.type);
      if (isChoice) facts.push(isMasked(node) ? 'choice' : 'checked=' + node.checked);
      else if (node.localName !== 'select') facts.push('value=' + stars(node.value, node));
      else if (!isMasked(node)) facts.push('selected=' + [...node.options].map(({ selected }) => Number(selected)).join(''));
    }
    if (node.localName === 'img' && !isApart(node)) facts.push('picture=' + node.naturalWidth + '×' + node.naturalHeight);
    if (node !== document.documentElement && (node.scrollTop || node.scrollLeft)) facts.push('scrolled=' + Math.round(node.scrollLeft) + ',' + Math.round(node.scrollTop));
    if (lines.length < 2000) facts.push(style.display, style.visibility, style.color, style.backgroundColor, style.borderTopColor, style.fontFamily, style.fontSize, style.fontWeight, style.opacity);
    const { x, y, width, height } = node.getBoundingClientRect();
    const line = { what: facts.join(' '), box: [x, y, width, height] };
    lines.push(line);
    if (node.localName === 'iframe') {
      line.frame = frames.push(node) - 1;
      return;
    }
    if (/^(textarea|canvas|video|audio)$/.test(node.localName)) return;
    if (node.shadowRoot) {
      lines.push({ what: '#shadow' });
      for (const child of node.shadowRoot.childNodes) visit(child, node);
      lines.push({ what: '#light' });
    }
    for (const child of node.childNodes) visit(child, node);
  };
  if (document.documentElement) visit(document.documentElement);
  return { lines, frames, scrolled: [Math.round(scrollX), Math.round(scrollY)], size: [innerWidth, innerHeight] };
})()`;

interface Found {
  lines: Line[];
  frames: { matches(selector: string): boolean }[];
  scrolled: number[];
  size: number[];
}

const isApart = (frame: Found['frames'][number], selector: string) => selector !== '' && frame.matches(selector);

/** A page with the pages in it. `masked`: a selector of what arrives as stars; `apart`: frames that are not looked into. */
export async function describePage(frame: Frame, masked = '', apart = ''): Promise<Line[]> {
  const handle: JSHandle<Found> = await frame.evaluateHandle(source(masked, apart));
  const { lines, scrolled, size } = await handle.evaluate(({ lines, scrolled, size }) => ({ lines, scrolled, size }));
  const all: Line[] = [{ what: `#document ${size.join('×')} scrolled ${scrolled.join(',')}` }];
  for (const { frame: nth, ...line } of lines) {
    all.push(line);
    if (nth === undefined) continue;
    const element = (
      await handle.evaluateHandle(({ frames }, at) => frames[at], nth)
    ).asElement() as ElementHandle | null;
    const inner = (await element?.evaluate(isApart as never as (element: unknown, selector: string) => boolean, apart))
      ? null
      : await element?.contentFrame();
    if (inner) all.push(...(await describePage(inner, masked, apart)));
    all.push({ what: '#out' });
  }
  await handle.dispose();
  return all;
}

/** The first differences between two descriptions, in words. */
export function differentLines(page: readonly Line[], mirror: readonly Line[]): string[] {
  const different: string[] = [];
  for (let at = 0; at < Math.max(page.length, mirror.length) && different.length < 5; at++) {
    const [one, two] = [page[at], mirror[at]];
    if (one?.what !== two?.what) return [...different, `${at}: ${one?.what} | ${two?.what}`];
    const isMoved = one?.box?.some((length, nth) => Math.abs(length - (two?.box?.[nth] ?? 0)) > 1);
    if (isMoved) different.push(`${at}: ${one?.what} at ${one?.box} | ${two?.box}`);
  }
  return different;
}
