/** rrweb’s numbers; its enums are types only. */
export const NodeKind = { document: 0, doctype: 1, element: 2, text: 3, cdata: 4, comment: 5 } as const;

export const Kind = { full: 2, incremental: 3, meta: 4, custom: 5 } as const;

export const Source = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewport: 4,
  input: 5,
  touchMove: 6,
  styleSheetRule: 8,
  canvas: 9,
  font: 10,
  drag: 12,
  styleDeclaration: 13,
  selection: 14,
  adoptedStyleSheet: 15,
  customElement: 16,
} as const;

export const Act = {
  mouseUp: 0,
  mouseDown: 1,
  click: 2,
  focus: 5,
  blur: 6,
  touchStart: 7,
  touchEnd: 9,
  touchCancel: 10,
} as const;
