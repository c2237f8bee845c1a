import { CvError } from '#protocol/errors.ts';
import type { Appended, MessageRecord } from '#signaling/store/ChatStore.ts';

/** The message as it was kept, now or when it was sent first; undefined if its conversation is no more. */
export function accepted(appended: Appended): MessageRecord | undefined {
  switch (appended.kind) {
    case 'new':
    case 'known':
      return appended.message;
    case 'taken':
      throw new CvError('CONFLICT', 'Somebody else has sent a message under this id; make a new one.');
    case 'no-file':
      throw new CvError('NOT_FOUND', 'There is no such file of yours, or it was sent already; upload it again.');
    case 'gone':
      return undefined;
  }
}
