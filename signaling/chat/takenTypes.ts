const openDocument = 'application/vnd.oasis.opendocument';
const openXml = 'application/vnd.openxmlformats-officedocument';

export const TEXT = 'text/plain';

/** Every type of file that is taken, with the extensions its name may keep; the first is added to any other name. */
export const takenTypes: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['png', 'apng'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'image/heic': ['heic', 'heif'],
  'image/heif': ['heif', 'heic'],
  'image/bmp': ['bmp'],
  'image/tiff': ['tiff', 'tif'],
  'application/pdf': ['pdf'],
  [TEXT]: ['txt', 'text', 'csv', 'tsv', 'log', 'md', 'json', 'yaml', 'yml', 'ics', 'vcf', 'vtt', 'srt'],
  [`${openXml}.wordprocessingml.document`]: ['docx'],
  [`${openXml}.spreadsheetml.sheet`]: ['xlsx'],
  [`${openXml}.presentationml.presentation`]: ['pptx'],
  [`${openXml}.presentationml.slideshow`]: ['ppsx'],
  [`${openDocument}.text`]: ['odt'],
  [`${openDocument}.spreadsheet`]: ['ods'],
  [`${openDocument}.presentation`]: ['odp'],
  'application/msword': ['doc'],
  'application/vnd.ms-excel': ['xls'],
  'application/vnd.ms-powerpoint': ['ppt', 'pps'],
  'application/zip': ['zip'],
  'audio/mpeg': ['mp3'],
  'audio/mp4': ['m4a', 'mp4'],
  'audio/x-m4a': ['m4a'],
  'audio/aac': ['aac'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/wav': ['wav'],
  'audio/flac': ['flac'],
  'audio/amr': ['amr'],
  'video/mp4': ['mp4', 'm4v'],
  'video/x-m4v': ['m4v', 'mp4'],
  'video/webm': ['webm', 'weba'],
  'video/quicktime': ['mov', 'qt'],
  'video/ogg': ['ogv', 'ogg'],
  'video/3gpp': ['3gp'],
  'video/mpeg': ['mpg', 'mpeg'],
};

const MAX_NAME = 200;
const MAX_CLAIMED = 1_000;
/** Characters that turn the direction of what is read: `gpj.exe` would look like another file. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to drop
const UNNAMEABLE = /[\u0000-\u001f\u007f-\u009f"*:<>?|]/g;

/** A name that does no harm where it is saved: no path, no control characters, an extension that fits the type. */
export function safeName(claimed: string, type: string): string {
  const name = claimed
    .slice(Math.max(claimed.lastIndexOf('/'), claimed.lastIndexOf('\\')) + 1)
    // The end of a very long one: what comes below would look at every character of it again and again.
    .slice(-MAX_CLAIMED)
    .toWellFormed()
    .replace(TURNING, '')
    .replace(UNNAMEABLE, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const extensions = takenTypes[type] ?? ['bin'];
  const [, stem = name, extension = ''] = /^(.+)\.([^.]{1,10})$/s.exec(name) ?? [];
  if (extensions.includes(extension.toLowerCase())) return `${cut(stem)}.${extension}`;
  return `${cut(name) || 'file'}.${extensions[0]}`;
}

const cut = (text: string): string => [...text].slice(0, MAX_NAME).join('').slice(0, MAX_NAME).trim().toWellFormed();
