import type { z } from 'zod';
import { cure, type Issue } from '#signaling/gateway/explain.ts';
import { type FieldError, InputError } from './problem.ts';

const MAX_DEPTH = 32;
const MAX_LISTED = 10;
const MAX_PARAMETERS = 100;

/** Checks one part of a request against the contract; an error names each field and what it should be. */
export function parsePart(part: 'path' | 'query' | 'body', schema: z.ZodType, value: unknown): unknown {
  refuseUnstorable(part, value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => fieldErrors(part, issue)).slice(0, MAX_LISTED);
  throw new InputError(errors.map(({ path, message }) => `${path}: ${message}`).join('; '), errors);
}

/** The query string, each repeated parameter as an array; `access_token` belongs to authentication. */
export function readQuery(queryString: string): Record<string, string | string[]> {
  const query = new Map<string, string | string[]>();
  const parameters = new URLSearchParams(queryString);
  if (parameters.size > MAX_PARAMETERS) throw new InputError(`query: send at most ${MAX_PARAMETERS} parameters`);
  for (const [name, value] of parameters) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : [before, value].flat());
  }
  query.delete('access_token');
  return Object.fromEntries(query);
}

/**
 * PostgreSQL keeps no NUL in a text, and a schema that recurses would overflow the stack on deep nesting: either
 * would turn a client's mistake into a 500. Walks without recursion, for the same reason.
 */
function refuseUnstorable(part: string, root: unknown): void {
  let level = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new InputError(`${part}: nest at most ${MAX_DEPTH} levels`);
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && value.includes('\0')) throw new InputError(`${part}: leave out NUL characters`);
      if (typeof value === 'object' && value !== null) {
        for (const [key, child] of Object.entries(value)) below.push(key, child);
      }
    }
    level = below;
  }
}

function fieldErrors(part: string, issue: Issue): FieldError[] {
  const path = [part, ...issue.path.map((step) => clip(String(step)))].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: `${path}.${clip(key)}`, message: 'is not known here; leave it out' }));
  }
  return [{ path, message: cure(issue) }];
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
