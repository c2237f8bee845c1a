import type { Workplace } from '../Workplace.ts';
import type { SiteStore } from './SiteStore.ts';

/** What every section of the settings is given. */
export interface SectionProps {
  work: Workplace;
  site: SiteStore;
}
