import type { Page } from '#protocol/paging.ts';
import type { PageRequest } from '#signaling/store/PageRequest.ts';

/** The pages of a list, one after the other, until there are no more. */
export async function allPages<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

export const badCursors = [
  '',
  'x',
  'not a cursor',
  '💥',
  Buffer.from('[]').toString('base64url'),
  Buffer.from('[1]').toString('base64url'),
  Buffer.from('[1.5,"c_1"]').toString('base64url'),
  Buffer.from('[null,"c_1"]').toString('base64url'),
  Buffer.from('[{"a":1},"c_1"]').toString('base64url'),
  Buffer.from('[1e400,"c_1"]').toString('base64url'),
  Buffer.from('["1 OR 1=1",2]').toString('base64url'),
  Buffer.from('[ 1, "c_1" ]').toString('base64url'),
  `${Buffer.from('[1,"c_1"]').toString('base64url')}=`,
];
