import { describe, expect, test } from 'vitest';
import { mediaTypeOf } from '#client/cobrowse/assets/kinds.ts';

const typeOf = (text: string) => mediaTypeOf('image', 'application/octet-stream', new TextEncoder().encode(text));

describe('[ASSET-1] a drawing that comes as nothing in particular', () => {
  test.each([
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<svg>',
    '\uFEFF<svg/>',
    '<?xml version="1.0"?>\n<!-- a --><!-- b -->\n<svg >',
    '<!-- a --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg >',
    '<!doctype svg [<!ENTITY a "b">]> <!-- c --> <svg/>',
  ])('is one: %s', (text) => expect(typeOf(text)).toBe('image/svg+xml'));

  test.each(['<!doctype html><svg>', '<html><svg>', 'x<svg>', '<svgx>', '<!-- <svg> -->', '<? <svg>', ''])(
    'is none: %s',
    (text) => expect(typeOf(text)).toBeUndefined(),
  );

  test('and is judged at once, however many comments it begins with', () => {
    // Tried in every way, this would go on for days.
    expect(typeOf(`${'<!---->'.repeat(35)}x`)).toBeUndefined();
    expect(typeOf(`${'<!---->'.repeat(35)}<svg >`)).toBe('image/svg+xml');
  });
});
