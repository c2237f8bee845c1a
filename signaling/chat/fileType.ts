import { type FileHandle, open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { TEXT, takenTypes } from './takenTypes.ts';

/** Other names of what is taken. */
const aliases: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heif',
  'text/calendar': TEXT,
  'text/vcard': TEXT,
  'text/vtt': TEXT,
};

/** The media type that the bytes show, if it is one that is taken; what the sender claims does not count. */
export async function fileType(path: string): Promise<string | undefined> {
  const found = await fileTypeFromFile(path).catch(() => undefined);
  const [mime = ''] = found?.mime.split(';') ?? [];
  if (mime === 'application/x-cfb') return oldOffice(path);
  const type = found ? (aliases[mime] ?? mime) : TEXT;
  if (type === TEXT) return (await isHarmlessText(path)) ? TEXT : undefined;
  return Object.hasOwn(takenTypes, type) ? type : undefined;
}

const CHUNK = 64 * 1024;

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** What a browser that sniffs takes for a page at the beginning, and `#!`; and what it would run anywhere. */
const RUNS_FIRST = /^\s*(<[a-z!?/]|#!)/i;
const RUNS_ANYWHERE = /<\/?(script|svg|html|iframe|object|embed|style|meta|link|base)[\s/>]|<!doctype/i;
/** The longest that these may be, so that none hides between two chunks. */
const OVERLAP = 16;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of these
const BINARY = /[\u0000-\u0006\u000e-\u001a]/;

/** UTF-8 without control characters that no text has, and nothing that a browser would run. */
async function isHarmlessText(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let before: string | undefined;
  try {
    for await (const chunk of chunksOf(path)) {
      const text: string = (before ?? '') + decoder.decode(chunk, { stream: true });
      if (BINARY.test(text) || RUNS_ANYWHERE.test(text)) return false;
      if (before === undefined && RUNS_FIRST.test(text)) return false;
      before = text.slice(-OVERLAP);
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** The old office formats, by the stream that each keeps its document in. */
const documents: Readonly<Record<string, string>> = {
  WordDocument: 'application/msword',
  Workbook: 'application/vnd.ms-excel',
  Book: 'application/vnd.ms-excel',
  'PowerPoint Document': 'application/vnd.ms-powerpoint',
};
const ENTRY = 128;
const MAX_SECTORS = 64;

/** Windows’ installers come in the same container as the old office formats: its directory tells them apart. */
async function oldOffice(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    for await (const name of streamNames(file)) if (Object.hasOwn(documents, name)) return documents[name];
    return undefined;
  } finally {
    await file.close();
  }
}

/** The names in the directory of a compound file, as [MS-CFB] 2.2 to 2.6 lay it out. */
async function* streamNames(file: FileHandle): AsyncGenerator<string> {
  const read = async (position: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, position);
    return buffer;
  };
  const header = await read(0, 512);
  const size = header.readUInt16LE(30) === 12 ? 4096 : 512;
  const perSector = size / 4;
  let sector = header.readUInt32LE(48);
  for (let count = 0; count < MAX_SECTORS; count++) {
    const entries = await read((sector + 1) * size, size);
    for (let at = 0; at < size; at += ENTRY) yield nameOf(entries.subarray(at, at + ENTRY));
    const allocation = Math.floor(sector / perSector);
    if (allocation >= 109) return;
    const table = header.readUInt32LE(76 + 4 * allocation);
    sector = (await read((table + 1) * size + 4 * (sector % perSector), 4)).readUInt32LE(0);
  }
}

function nameOf(entry: Buffer): string {
  const bytes = Math.min(Math.max(entry.readUInt16LE(64) - 2, 0), 64);
  return entry.toString('utf16le', 0, bytes);
}
