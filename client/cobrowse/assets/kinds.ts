/** What a page shows beside its DOM, by how it is used there. */
export type AssetKind = 'image' | 'font' | 'style';

/** The media type that it goes by, from what the server said and from its first bytes; undefined if it is no such thing. */
export function mediaTypeOf(kind: AssetKind, said: string, bytes: Uint8Array): string | undefined {
  const type = said.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (kind === 'style') return type === 'text/css' || type === '' ? 'text/css' : undefined;
  if (type.startsWith(`${kind}/`)) return type;
  // Fonts mostly come as something else, pictures sometimes as nothing in particular.
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  return signatures.find(
    ([its, sign]) => its.startsWith(kind) && (typeof sign === 'string' ? start.startsWith(sign) : sign.test(start)),
  )?.[0];
}

/** Each part before the root ends in one way only: a picture with many comments must not hold up the page. */
const SVG =
  /^(?:\xef\xbb\xbf)?(?:\s|<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->|<!doctype svg[^[>]*(?:\[[^\]]*\]\s*)?>)*<svg[\s/>]/i;

const signatures: readonly (readonly [type: string, start: string | RegExp])[] = [
  ['font/woff2', 'wOF2'],
  ['font/woff', 'wOFF'],
  ['font/otf', 'OTTO'],
  ['font/ttf', '\x00\x01\x00\x00'],
  ['font/ttf', 'true'],
  ['font/collection', 'ttcf'],
  ['image/png', '\x89PNG'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', /^RIFF.{4}WEBP/s],
  ['image/avif', /^.{4}ftypavi[fs]/s],
  ['image/bmp', 'BM'],
  ['image/x-icon', '\x00\x00\x01\x00'],
  ['image/svg+xml', SVG],
];
