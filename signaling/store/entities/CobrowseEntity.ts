import { EntitySchema } from 'typeorm';
import type { CobrowseRecord } from '../CobrowseStore.ts';
import { key, maybeText, maybeTime, text, time } from './columns.ts';

export const CobrowseEntity = new EntitySchema<CobrowseRecord>({
  name: 'Cobrowse',
  tableName: 'cobrowses',
  columns: {
    site: key,
    id: key,
    state: text,
    reason: maybeText,
    visitorId: text,
    customerId: maybeText,
    startedBy: text,
    agentId: text,
    agentEmail: text,
    agentName: text,
    startedAt: time,
    consentedAt: maybeTime,
    activeAt: maybeTime,
    endedAt: maybeTime,
  },
});
