/** A TrueType font whose every letter is the same block: no text in it looks as in any other font. */
export function blockFont(): Buffer {
  const glyph = bytes([
    [2, 1], // One contour, then its box.
    [2, 100],
    [2, 0],
    [2, 900],
    [2, 700],
    [2, 3], // The last of its points, and no instructions.
    [2, 0],
    ...Array.from({ length: 4 }, (): Field => [1, 1]),
    ...[100, 800, 0, -800].map((x): Field => [2, x]),
    ...[0, 0, 700, 0].map((y): Field => [2, y]),
  ]);
  // Both glyphs are the block: what is missing, too.
  const glyf = Buffer.concat([glyph, glyph]);
  const tables: Record<string, Buffer> = {
    'OS/2': bytes([
      [2, 4],
      [2, 1000],
      [2, 400],
      [2, 5],
      [2, 0],
      ...Array.from({ length: 11 }, (): Field => [2, 100]),
      ...Array.from({ length: 10 }, (): Field => [1, 0]),
      ...Array.from({ length: 4 }, (): Field => [4, 0]),
      [4, 0x434f5649],
      [2, 0x40],
      [2, 32],
      [2, 122],
      [2, 800],
      [2, -200],
      [2, 0],
      [2, 800],
      [2, 200],
      [4, 1],
      [4, 0],
      [2, 500],
      [2, 700],
      [2, 0],
      [2, 32],
      [2, 1],
    ]),
    cmap: bytes([
      [2, 0],
      [2, 1],
      [2, 3],
      [2, 1],
      [4, 12],
      [2, 4],
      [2, 32 + 91 * 2],
      [2, 0],
      [2, 4],
      [2, 4],
      [2, 1],
      [2, 0],
      [2, 122],
      [2, 0xffff],
      [2, 0],
      [2, 32],
      [2, 0xffff],
      [2, 0],
      [2, 1],
      [2, 4],
      [2, 0],
      ...Array.from({ length: 91 }, (): Field => [2, 1]),
    ]),
    glyf,
    head: bytes([
      [4, 0x10000],
      [4, 0x10000],
      [4, 0],
      [4, 0x5f0f3cf5],
      [2, 3],
      [2, 1000],
      ...Array.from({ length: 4 }, (): Field => [4, 0]),
      [2, 100],
      [2, 0],
      [2, 900],
      [2, 700],
      [2, 0],
      [2, 8],
      [2, 2],
      [2, 0],
      [2, 0],
    ]),
    hhea: bytes([
      [4, 0x10000],
      [2, 800],
      [2, -200],
      [2, 0],
      [2, 1000],
      [2, 100],
      [2, 100],
      [2, 900],
      ...Array.from({ length: 8 }, (): Field => [2, 0]),
      [2, 0],
      [2, 2],
    ]),
    hmtx: bytes([
      [2, 1000],
      [2, 100],
      [2, 1000],
      [2, 100],
    ]),
    loca: bytes([
      [2, 0],
      [2, glyph.length / 2],
      [2, glyph.length],
    ]),
    maxp: bytes([
      [4, 0x10000],
      [2, 2],
      [2, 4],
      [2, 1],
      [2, 0],
      [2, 0],
      [2, 2],
      ...Array.from({ length: 8 }, (): Field => [2, 0]),
    ]),
    name: bytes([
      [2, 0],
      [2, 0],
      [2, 6],
    ]),
    post: bytes([[4, 0x30000], ...Array.from({ length: 7 }, (): Field => [4, 0])]),
  };
  return packed(tables);
}

type Field = [size: 1 | 2 | 4, value: number];

/** Numbers one after another, with zeros up to a whole of four. */
function bytes(fields: Field[]): Buffer {
  const length = fields.reduce((sum, [size]) => sum + size, 0);
  const buffer = Buffer.alloc(Math.ceil(length / 4) * 4);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 4) buffer.writeUInt32BE(value, at);
    else if (size === 2) buffer.writeUInt16BE(value & 0xffff, at);
    else buffer.writeUInt8(value, at);
    at += size;
  }
  return buffer;
}

function packed(tables: Record<string, Buffer>): Buffer {
  const names = Object.keys(tables).sort();
  const power = Math.floor(Math.log2(names.length));
  const head = bytes([
    [4, 0x10000],
    [2, names.length],
    [2, 16 * 2 ** power],
    [2, power],
    [2, 16 * (names.length - 2 ** power)],
  ]);
  let at = head.length + names.length * 16;
  const parts = names.map((name) => {
    const table = tables[name] ?? Buffer.alloc(0);
    const entry = Buffer.alloc(16);
    entry.write(name, 'latin1');
    entry.writeUInt32BE(sumOf(table), 4);
    entry.writeUInt32BE(at, 8);
    entry.writeUInt32BE(table.length, 12);
    at += table.length;
    return { entry, table };
  });
  return Buffer.concat([head, ...parts.map(({ entry }) => entry), ...parts.map(({ table }) => table)]);
}

function sumOf(table: Buffer): number {
  let sum = 0;
  for (let at = 0; at < table.length; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0;
  return sum;
}
