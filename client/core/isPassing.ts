import { CvError, type ErrorCode } from '#protocol/errors.ts';

const passing: readonly ErrorCode[] = ['TIMEOUT', 'UNAVAILABLE', 'RATE_LIMITED'];

/** Whether the same request may well succeed a little later. */
export const isPassing = (error: unknown): boolean => error instanceof CvError && passing.includes(error.code);
