import { z } from 'zod';
import { route } from './contract.ts';
import { AuditId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';

/** One step that somebody may later have to answer for. Never holds tokens or page contents. */
export const AuditEntry = z.object({
  id: AuditId,
  at: z.iso.datetime(),
  /** Who did it: `agent:EMAIL`, `visitor:ID`, `site` (API key) or `system`. */
  actor: z.string(),
  /** For example `call.accepted`, `token.revoked`. */
  action: z.string(),
  /** What it was done to, for example a call id. */
  subject: z.string(),
  detail: z.record(z.string(), z.json()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const auditRoutes = {
  listAudit: route({
    summary: 'The site’s audit log, newest first',
    verb: 'GET',
    path: '/rest/v1/audit',
    auth: 'site',
    query: z.object({ ...pageQuery, subject: z.string().max(200).optional() }),
    status: 200,
    response: pageOf(AuditEntry),
    errors: [],
  }),
};
