import { z } from 'zod';
import { FileId } from './ids.ts';

/** Pictures that browsers may show in place; every other type is only ever downloaded. */
export const inlineTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

/**
 * A file of a message. It is sent as bytes, beside the socket: `POST /files/{site}` with the file as the body, a
 * visitor’s token or a user token as Bearer and its name, UTF-8 percent-encoded, in `X-File-Name`; answers 201 with
 * this. A message then names its id. It is read with `GET /files/{site}/{id}/{key}`, ranges included.
 */
export const FileView = z.object({
  id: FileId,
  name: z.string(),
  /** Media type, found in the bytes; what the sender claimed does not count. */
  type: z.string(),
  /** Bytes. */
  size: z.number().int(),
  /**
   * Path on the CoView server, without login: `/files/SITE/ID/KEY`. Who knows it may read the file; it holds until
   * the file is deleted.
   */
  path: z.string(),
});
export type FileView = z.infer<typeof FileView>;
