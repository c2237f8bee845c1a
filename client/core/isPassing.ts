import { CvError, type ErrorCode } from '#protocol/errors.ts';

/** Of failures after which the same request may well succeed a little later. */
export const passing: readonly ErrorCode[] = ['TIMEOUT', 'UNAVAILABLE', 'RATE_LIMITED'];

/** Whether the error is one of these. */
export const isPassing = (error: unknown): boolean => error instanceof CvError && passing.includes(error.code);
