import { fileTypeFromBuffer } from 'file-type';

/** So many bytes of the beginning tell what it is. */
export const HEAD_BYTES = 16 * 1024;

/** A root element `svg` after whatever may stand before it; each part ends in one way only, so that nothing is tried twice. */
const SVG =
  /^\uFEFF?(?:\s|<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->|<!doctype svg[^[>]*(?:\[[^\]]*\]\s*)?>)*<svg[\s/>]/i;
const EOT = 'application/vnd.ms-fontobject';

/** The media type that the bytes show, if it is a picture, a font or, as its sender says, a style sheet. */
export async function assetType(head: Uint8Array, said: string): Promise<string | undefined> {
  const claim = said.split(';', 1)[0]?.trim().toLowerCase();
  const mime = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime.split(';', 1)[0];
  if (mime?.startsWith('image/') || mime?.startsWith('font/')) return mime;
  if (mime === EOT) return 'font/eot';
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8');
  if (text.includes('\0')) return undefined;
  if (SVG.test(text)) return 'image/svg+xml';
  return mime === undefined && claim === 'text/css' ? 'text/css' : undefined;
}

/** Of a media type: image, font, style; undefined for anything else. */
export const kindOf = (type: string): string | undefined =>
  /^(?:(image|font)\/[\w.+-]+|text\/(css))\s*(?:;|$)/i.exec(type)?.slice(1).find(Boolean)?.toLowerCase();
