import { CvError } from '#protocol/errors.ts';

/** For a write that the store refuses as a CONFLICT: says what it is that exists already. */
export const taken =
  (message: string) =>
  (error: unknown): never => {
    throw error instanceof CvError && error.code === 'CONFLICT' ? new CvError('CONFLICT', message) : error;
  };
