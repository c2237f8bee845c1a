import type { Assets } from './Assets.ts';
import { hasPlaces } from './Assets.ts';
import { cleanCss } from './cleanCss.ts';
import { type Fields, fieldsOf, textOf } from './shape.ts';

/** `data` of rrweb’s Font: one that a script has added, by address or by bytes. */
export function addFont(assets: Assets, data: Fields): void {
  const descriptors = fieldsOf(data['descriptors'] ?? {}) as FontFaceDescriptors;
  const source = textOf(data['fontSource']);
  const family = textOf(data['family']);
  const add = (from: string | ArrayBuffer) => document.fonts.add(new FontFace(family, from, descriptors));
  if (data['buffer'] === true) return void add(new Uint8Array(JSON.parse(source) as number[]).buffer);
  const clean = cleanCss(
    source,
    assets.forCss(
      { source },
      () => addFont(assets, data),
      () => {},
    ),
  );
  if (!hasPlaces(clean)) add(clean);
}
