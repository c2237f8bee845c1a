import { z } from 'zod';

/** Cursor paging: newest first; pass `nextCursor` back to go on. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1200).optional(),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

/** A part of a list; `nextCursor` asks for the one after it, if there is one. */
export interface Page<T> {
  items: T[];
  nextCursor?: string | undefined;
}
