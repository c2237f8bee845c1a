import type { Page } from '#protocol/paging.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { type Position, readCursor, writeCursor } from '#signaling/store/cursor.ts';
import type { PageRequest } from '#signaling/store/PageRequest.ts';
import { activeUser, maySee, type Viewer, type Visitor } from './Visitor.ts';

/** Tagged visitors whom the viewer may see, the last who came first; who comes meanwhile moves nobody to another page. */
export function pageOfUsers(
  visitors: readonly Visitor[],
  viewer: Viewer | undefined,
  { limit, cursor }: PageRequest,
): Page<ActiveUser> {
  const last = cursor === undefined ? undefined : readCursor(cursor, 'string');
  const shown = visitors
    .filter(({ person }) => person && (!viewer || maySee(viewer, person)))
    .map((visitor) => ({ visitor, at: { key: visitor.since, id: visitor.id } }))
    .filter(({ at }) => !last || comesFirst(last, at))
    .sort((a, b) => (comesFirst(a.at, b.at) ? -1 : 1));
  const page = shown.slice(0, limit);
  const items = page.flatMap(({ visitor }) => activeUser(visitor) ?? []);
  const end = shown.length > limit ? page.at(-1) : undefined;
  return { items, nextCursor: end && writeCursor(end.at) };
}

const comesFirst = (one: Position, two: Position): boolean =>
  one.key === two.key ? one.id > two.id : one.key > two.key;
