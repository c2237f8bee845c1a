import type { MoreTexts } from './en.ts';

const nowSees = (agent: string | undefined) =>
  agent ? `${agent} sieht diese Seite nicht mehr.` : 'Niemand sieht diese Seite.';

export const de: MoreTexts = {
  readOut: 'Lesen Sie diesen Code vor:',

  asks: (agent) => `${agent} möchte auf dieser Seite mithelfen`,
  allows: 'Sie entscheiden, was erlaubt ist:',
  watched: (agent) => `Sie sehen alles, was ${agent} tut. Ein Klick oder die Escape-Taste beendet es sofort.`,
  allow: 'Erlauben',
  refuse: 'Jetzt nicht',
  capabilities: {
    pointer: ['Klicken und ziehen', 'Schaltflächen, Links und Menüs'],
    scroll: ['Scrollen', 'Um etwas ins Bild zu holen'],
    type: ['Tippen', 'Nie Passwörter, Zahlungsdaten oder Verborgenes'],
    select: ['Aus Listen wählen', 'Etwa ein Land oder eine Größe'],
    navigate: ['Andere Seiten öffnen', 'Nur auf dieser Website'],
  },
  acts: (agent) => `${agent} kann auf dieser Seite handeln`,
  doings: { pointer: 'klicken', scroll: 'scrollen', type: 'tippen', select: 'wählen', navigate: 'Seiten öffnen' },
  escapes: 'Escape beendet es.',
  stopControl: 'Stopp',
  stopControlHelp: 'Steuerung zurücknehmen (Escape)',
  escape: 'Esc',

  notice: 'Teilen dieser Seite',
  close: 'Schließen',
  over: {
    declined: () => ['Sie haben abgelehnt. Von dieser Seite wurde nichts gezeigt.'],
    cancelled: (agent) => [
      `${agent ?? 'Unser Team'} hat die Anfrage zurückgezogen. Von dieser Seite wurde nichts gezeigt.`,
    ],
    missed: (agent) => [
      agent
        ? `Die Anfrage ist abgelaufen. ${agent} hat diese Seite nicht gesehen.`
        : 'Gerade konnte niemand diese Seite ansehen.',
      'Wenn Sie weiterhin Hilfe wünschen, versuchen Sie es noch einmal oder bitten Sie um eine neue Anfrage.',
    ],
    revoked: (agent) => [`Sie haben das Teilen beendet. ${nowSees(agent)}`],
    ended: (agent) => [`Das Teilen ist beendet. ${nowSees(agent)}`],
    disconnected: () => [
      'Das Teilen wurde beendet, weil eine Seite zu lange nicht erreichbar war.',
      'Niemand sieht diese Seite. Neu geteilt wird nur mit Ihrer Zustimmung.',
    ],
    failed: () => [
      'Diese Seite konnte nicht geteilt werden.',
      'Niemand sieht sie. Bitte versuchen Sie es gleich noch einmal.',
    ],
  },
};
