// rrweb’s numbers, as far as they are used; its enums are types only.
export const mutation = 0;
export const mouseMove = 1;
export const mouseInteraction = 2;
export const scroll = 3;
export const viewport = 4;
export const input = 5;
export const touchMove = 6;
export const media = 7;
export const styleSheetRule = 8;
export const drag = 12;
export const styleDeclaration = 13;
export const selection = 14;
export const adoptedStyleSheet = 15;
export const customElement = 16;
