import { EntitySchema } from 'typeorm';
import type { FileRecord } from '../ChatStore.ts';
import { key, maybeText, number, text, time } from './columns.ts';

export const FileEntity = new EntitySchema<FileRecord>({
  name: 'File',
  tableName: 'files',
  columns: {
    site: key,
    id: key,
    name: text,
    type: text,
    size: number,
    uploader: text,
    createdAt: time,
    conversationId: maybeText,
  },
});
