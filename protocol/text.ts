import { z } from 'zod';

/** Every C0 and C1 control character but tab and line feed; PostgreSQL cannot hold NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to drop
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** What people write: well-formed Unicode, `\n` as the only line break, no other control characters. */
export const plainText = (text: string): string => text.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROLS, '');

/** What nobody sees: controls, zero-width and other ignorable characters, halves of a surrogate pair. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** An identifier as it is compared: two that look alike are one. */
export const bare = (text: string): string => text.replace(UNSEEN, '').trim();

/** Text of several lines, at most `max` characters, not blank. */
export const Text = (max: number) =>
  z
    .string()
    .max(max)
    .transform(plainText)
    .refine((text) => text.trim() !== '', 'must not be blank');

/** Text of one line. */
export const Line = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => plainText(text).replace(/\s+/g, ' ').trim())
    .refine((text) => text !== '', 'must not be blank');
