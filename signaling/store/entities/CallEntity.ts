import { EntitySchema } from 'typeorm';
import type { CallRecord } from '../Store.ts';
import { key, maybeText, maybeTime, text, time } from './columns.ts';

export const CallEntity = new EntitySchema<CallRecord>({
  name: 'Call',
  tableName: 'calls',
  columns: {
    site: key,
    id: key,
    kind: text,
    state: text,
    reason: maybeText,
    visitorId: text,
    customerId: maybeText,
    agentId: text,
    agentEmail: text,
    agentName: text,
    startedAt: time,
    answeredAt: maybeTime,
    activeAt: maybeTime,
    endedAt: maybeTime,
  },
});
