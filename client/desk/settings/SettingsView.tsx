import type { Workplace } from '../Workplace.ts';

export function SettingsView({ work }: { work: Workplace }) {
  return <h2>{work.site}</h2>;
}
