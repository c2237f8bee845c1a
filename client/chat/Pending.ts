import type { ErrorCode } from '#protocol/errors.ts';
import type { FileView } from '#protocol/files.ts';
import type { MessageId, RuleId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';

/** A message that was written and is not yet known to be at the server. */
export interface Pending {
  id: MessageId;
  /** When it was written; no two of a queue at the same moment. */
  at: number;
  text: string;
  file?: FileView;
  /** The site's greeting that it answers. */
  greeting?: { id: RuleId; text: string };
  /** Whom the page said its user was; absent for an anonymous writer. */
  as?: { id?: string | undefined; email?: string | undefined };
  /** Why the server will not have it. */
  failed?: ErrorCode;
}

/** What a known person wrote goes to nobody else: compared by id where both have one, else by email. */
export function mayBeOf(person: Person | undefined, { as }: Pending): boolean {
  if (as === undefined) return true;
  if (as.id !== undefined && person?.id !== undefined) return as.id === person.id;
  return as.email !== undefined && as.email === person?.email;
}
