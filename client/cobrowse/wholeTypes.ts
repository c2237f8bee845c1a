/** Inputs with parts that no script reaches: what they hold is set as a whole. */
export const wholeTypes: ReadonlySet<string> = new Set('date datetime-local month week time color'.split(' '));
