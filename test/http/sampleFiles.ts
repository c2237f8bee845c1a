import { crc32 } from 'node:zlib';

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A ZIP of uncompressed entries. */
function zip(entries: Record<string, string>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [title, data] = [Buffer.from(name), Buffer.from(text)];
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt32LE(crc32(data), 14);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(data.length, 22);
    head.writeUInt16LE(title.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    local.push(head, title, data);
    central.push(entry, title);
    offset += head.length + title.length + data.length;
  }
  const index = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, index, end]);
}

/** A word processor's document, as far as its kind can be told. */
const docx = zip({
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  'word/document.xml': '<w:document/>',
});

const SECTOR = 512;
const END = 0xfffffffe;

/** A compound file ([MS-CFB]) whose directory holds these names, four to a sector. */
function compound(names: readonly string[]): Buffer {
  const header = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(0, 76);
  const table = Buffer.alloc(SECTOR, 0xff);
  const sectors = Array.from({ length: Math.ceil(names.length / 4) }, () => Buffer.alloc(SECTOR));
  for (const [index, name] of names.entries()) {
    const at = (index % 4) * 128;
    const sector = sectors[Math.floor(index / 4)] as Buffer;
    sector.write(name, at, 'utf16le');
    sector.writeUInt16LE(name.length * 2 + 2, at + 64);
  }
  for (const index of sectors.keys())
    table.writeUInt32LE(index + 1 < sectors.length ? index + 2 : END, 4 * (index + 1));
  return Buffer.concat([header, table, ...sectors]);
}

const head = (bytes: string | readonly number[], length = 600): Buffer => {
  const buffer = Buffer.alloc(length);
  (typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes)).copy(buffer);
  return buffer;
};

/** Bytes, the name a sender gives them, and the type and name they are kept under. */
export const taken: readonly (readonly [string, Buffer, string, string])[] = [
  ['picture.png', png, 'image/png', 'picture.png'],
  ['picture.exe', png, 'image/png', 'picture.exe.png'],
  ['photo.JPG', head([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg', 'photo.JPG'],
  ['moving.gif', head('GIF89a'), 'image/gif', 'moving.gif'],
  ['p.webp', head('RIFF\x10\0\0\0WEBPVP8 '), 'image/webp', 'p.webp'],
  ['bill.pdf', head('%PDF-1.7\n'), 'application/pdf', 'bill.pdf'],
  ['bill.html', head('%PDF-1.7\n'), 'application/pdf', 'bill.html.pdf'],
  ['notes', Buffer.from('Grüße\r\n\tand more'), 'text/plain', 'notes.txt'],
  ['list.csv', Buffer.from('\ufeffname;sum\nJürgen;7 < 8\n'), 'text/plain', 'list.csv'],
  ['run.bat', Buffer.from('del *.*'), 'text/plain', 'run.bat.txt'],
  ['page.html', Buffer.from('no markup at all'), 'text/plain', 'page.html.txt'],
  ['date.ics', Buffer.from('BEGIN:VCALENDAR\nEND:VCALENDAR'), 'text/plain', 'date.ics'],
  ['letter.docx', docx, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'letter.docx'],
  ['all.zip', zip({ 'a.txt': 'a' }), 'application/zip', 'all.zip'],
  ['setup.jar', zip({ 'a.txt': 'a' }), 'application/zip', 'setup.jar.zip'],
  ['old.doc', compound(['Root Entry', 'WordDocument']), 'application/msword', 'old.doc'],
  ['old.xls', compound(['Root Entry', '1', '2', '3', '4', 'Workbook']), 'application/vnd.ms-excel', 'old.xls'],
  ['song.mp3', head([0xff, 0xfb, 0x90, 0x64]), 'audio/mpeg', 'song.mp3'],
  ['film.mp4', head('\0\0\0\x18ftypmp42\0\0\0\0mp42isom'), 'video/mp4', 'film.mp4'],
];

export const refused: readonly (readonly [string, Buffer])[] = [
  ['icon.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['icon.png', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['page.txt', Buffer.from('  \n<!doctype html><title>x</title>')],
  ['part.txt', Buffer.from('<b>bold</b>')],
  ['late.txt', Buffer.from(`${'x'.repeat(65_530)}<script>alert(1)</script>`)],
  ['split.txt', Buffer.from(`${'x'.repeat(65_533)}<IFRAME src=x>`)],
  ['script.txt', Buffer.from('#!/bin/sh\nrm -rf /\n')],
  ['nul.txt', Buffer.from('text\0')],
  ['latin.csv', Buffer.from('J\xfcrgen', 'latin1')],
  ['cut.txt', Buffer.from('Grü').subarray(0, 3)],
  ['program.png', head('MZ')],
  ['program', head('\x7fELF')],
  ['setup.doc', compound(['Root Entry', '\u4840\u3f3f\u4577', 'SummaryInformation'])],
  ['loop.doc', head('d0cf11e0a1b11ae1')],
  ['code.wasm', head('\0asm\x01\0\0\0')],
  ['app.jar', zip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n' })],
  ['noise.png', Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37 + 129) % 256))],
];
