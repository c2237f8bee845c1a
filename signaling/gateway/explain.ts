import type { z } from 'zod';

/** The sender's own keys may stand in a message; none of them makes it longer than this. */
const MAX_CHARS = 300;

/** What is wrong with an input, in one line that names the field. */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'The input does not fit.';
  const field = issue.path.map(String).join('.');
  return clip(field ? `${field}: ${issue.message}` : issue.message);
}

export const clip = (message: string): string =>
  message.length > MAX_CHARS ? `${message.slice(0, MAX_CHARS - 1)}…` : message;
