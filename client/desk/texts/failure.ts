import type { ErrorCode } from '#protocol/errors.ts';
import { texts } from './texts.ts';

/** What went wrong, in words people understand. */
export const failureOf = (code: ErrorCode): string => texts.errors[code] ?? texts.failed;

export const codeOf = (error: unknown): ErrorCode => (error as { code?: ErrorCode }).code ?? 'INTERNAL';
