export const cobrowse = {
  ask: 'Co-browse',
  askFor: (name: string) => `Co-browse: ask ${name} to share the page`,
  watch: 'Watch',
  watchFor: (name: string) => `Watch the page of ${name}`,
  asking: 'Being asked…',
  watching: 'You watch this page',
  agentBusy: 'You watch another page',
  area: 'Co-browsing',
  shared: 'Shared pages',
  wantsToShow: (name: string) => `${name} wants to show you the page.`,
  code: 'Code',
  codeHelp: 'Six digits that a visitor reads out; the visitor is asked before you see anything',
  isAsked: (agent: string) => `${agent} is asking`,
  watchedBy: (agents: string) => `Watched by ${agents}`,
  watchedByNobody: 'Nobody watches',
  waitsFor: (agent: string | undefined) => (agent ? `Waits for ${agent}` : 'Waits for somebody'),
  away: 'Away at the moment',
};

export type CobrowseTexts = typeof cobrowse;
