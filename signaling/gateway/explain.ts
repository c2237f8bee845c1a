import type { z } from 'zod';

/** What is wrong with an input, in one line that names the field. */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'The input does not fit.';
  const field = issue.path.map(String).join('.');
  return field ? `${field}: ${issue.message}` : issue.message;
}
