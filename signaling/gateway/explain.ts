import type { z } from 'zod';

export type Issue = z.core.$ZodIssue;

/** The sender's own keys may stand in a message; none of them makes it longer than this. */
const MAX_CHARS = 300;

/** What is wrong with an input, in one line that names the field. */
export function explain(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'The input does not fit.';
  const field = issue.path.map(String).join('.');
  return clip(field ? `${field}: ${cure(issue)}` : cure(issue));
}

/** What one field should be. */
export function cure(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    return `is missing; send ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const forms = issue.errors.flatMap(([first]) => (first ? [first] : []));
    // A text that does not fit need not become a number.
    const near = forms.filter(({ code }) => code !== 'invalid_type');
    if (near.length === 0 && !issue.message.startsWith('Invalid')) return issue.message;
    return [...new Set((near.length > 0 ? near : forms).map(cure))].join(', or ');
  }
  // The contract's own messages of formats are nouns, such as “an e-mail address”.
  if (issue.code === 'invalid_format' && !issue.message.startsWith('Invalid')) return `expected ${issue.message}`;
  return issue.message.replace(/^(Invalid (input|option|string|number)|Too (big|small)): /, '');
}

export const clip = (message: string): string =>
  message.length > MAX_CHARS ? `${message.slice(0, MAX_CHARS - 1)}…` : message;
