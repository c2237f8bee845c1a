import type { CobrowseTexts } from './en.ts';

export const cobrowse: CobrowseTexts = {
  ask: 'Co-Browsing',
  askFor: (name) => `Co-Browsing: ${name} bitten, die Seite zu teilen`,
  watch: 'Ansehen',
  watchFor: (name) => `Die Seite von ${name} ansehen`,
  asking: 'Wird gefragt…',
  watching: 'Sie sehen diese Seite',
  agentBusy: 'Sie sehen eine andere Seite',
  area: 'Co-Browsing',
  shared: 'Geteilte Seiten',
  wantsToShow: (name) => `${name} möchte Ihnen die Seite zeigen.`,
  code: 'Code',
  codeHelp: 'Sechs Ziffern, die jemand Ihnen vorliest; bevor Sie etwas sehen, wird dort gefragt',
  isAsked: (agent) => `${agent} fragt gerade`,
  watchedBy: (agents) => `Es sieht zu: ${agents}`,
  watchedByNobody: 'Niemand sieht zu',
  waitsFor: (agent) => (agent ? `Wartet auf ${agent}` : 'Wartet auf jemanden'),
  away: 'Zurzeit nicht da',
};
