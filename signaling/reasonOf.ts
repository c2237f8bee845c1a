import { CvError } from '#protocol/errors.ts';
import { ConfigError } from './config.ts';

/**
 * Why a program could not do its work, for whoever started it: what a caller may not see, such a person must, as the
 * database's own words. The stack is told only where nobody thought of the error.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (cause instanceof Error) return message.includes(cause.message) ? message : `${message} (${cause.message})`;
  const isOfSystem = (error as NodeJS.ErrnoException).syscall !== undefined;
  const known = error instanceof ConfigError || error instanceof CvError || isOfSystem;
  return known ? message : (error.stack ?? message);
}
