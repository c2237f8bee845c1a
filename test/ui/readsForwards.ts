import type { Locator } from 'playwright-core';

/** Whether each character of a text stands where a reader from left to right expects it. */
export const readsForwards = (element: Locator): Promise<boolean> =>
  element.evaluate((shown) => {
    const text = shown.firstChild;
    const boxes = Array.from({ length: text.length }, (_, at) => {
      const range = shown.ownerDocument.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range.getBoundingClientRect();
    });
    return boxes.every((box, at) => at === 0 || box.top > boxes[at - 1].top || box.left >= boxes[at - 1].left);
  });
