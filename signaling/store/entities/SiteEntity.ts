import { EntitySchema } from 'typeorm';
import type { Site } from '#protocol/site.ts';
import { json, key, text } from './columns.ts';

export interface SiteRow extends Site {
  apiKeyHash: string;
}

export const SiteEntity = new EntitySchema<SiteRow>({
  name: 'Site',
  tableName: 'sites',
  columns: {
    id: key,
    name: text,
    settings: json,
    // Never read back: a lookup by it is all that anybody needs.
    apiKeyHash: { ...text, select: false },
  },
});
