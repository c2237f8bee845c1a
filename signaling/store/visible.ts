import type { ConversationViewer } from './ChatStore.ts';
import type { Condition } from './Table.ts';

/**
 * Which customers, rows called `person`, one may see: one's own; of nobody's, those of no team or one of one's own.
 * As `maySee` of presence/Visitor.ts.
 */
export function visibleTo({ email, teams }: ConversationViewer, person: string): Required<Condition> {
  const column = (name: string) => `${person}."${name}"`;
  const team = teams.length > 0 ? ` OR ${column('team')} IN (:...viewerTeams)` : '';
  const free = `${column('assignedUser')} IS NULL AND (${column('team')} IS NULL${team})`;
  return {
    sql: `(${column('assignedUser')} = :viewer OR (${free}))`,
    parameters: { viewer: email, viewerTeams: teams },
  };
}
