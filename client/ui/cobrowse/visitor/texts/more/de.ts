import type { MoreTexts } from './en.ts';

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
};
