/** Each frame of another origin that records itself numbers its nodes in a range of its own; the page has the first. */
export const RANGE = 0x1000000;

/** Whether a node is in such a frame: seen like the rest of the page, and out of the page’s own reach. */
export const isFar = (node: number): boolean => node > RANGE;
