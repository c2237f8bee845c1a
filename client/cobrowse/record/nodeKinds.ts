// rrweb’s numbers, as far as they are used; its enums are types only.
export const document = 0;
export const doctype = 1;
export const element = 2;
export const text = 3;
