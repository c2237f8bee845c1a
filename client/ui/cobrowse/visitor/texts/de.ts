import type { ShareTexts } from './en.ts';

export const de: ShareTexts = {
  language: 'de',
  offer: (agent) => (agent ? `${agent} möchte diese Seite sehen` : 'Diese Seite unserem Team zeigen?'),
  seen: (agent) =>
    `${agent ?? 'Unser Team'} sieht die Seiten dieser Website so wie Sie, und Ihren Mauszeiger. Nie andere Tabs, Programme oder Dateien.`,
  hides:
    'Passwörter und Zahlungsdaten bleiben immer verborgen, ebenso was Sie eingeben, außer diese Website zeigt es. Was verborgen ist, verlässt Ihren Browser nicht.',
  hidesAll:
    'Aller Text bleibt verborgen, außer was diese Website eigens zeigt, Passwörter und Zahlungsdaten immer. Was verborgen ist, verlässt Ihren Browser nicht.',
  mayStop:
    'Sie können jederzeit aufhören. Niemand kann hier klicken oder tippen, solange Sie es nicht eigens erlauben.',
  accept: 'Seite zeigen',
  decline: 'Jetzt nicht',
  secondsLeft: (seconds) => `Noch ${seconds} Sekunden Zeit für Ihre Antwort`,

  banner: 'Teilen dieser Seite',
  live: 'Live',
  move: 'Verschieben: ziehen oder Pfeiltasten drücken',
  smaller: 'Verkleinern',
  larger: 'Alles anzeigen',
  sees: (agents, many) => `${agents} ${many ? 'sehen' : 'sieht'} diese Seite`,
  others: (count) => `${count} weitere`,
  elsewhere: (agents, many) => `${agents} ${many ? 'sehen' : 'sieht'} einen anderen Ihrer Tabs, nicht diesen`,
  waiting: 'Diese Seite wird geteilt. Noch sieht niemand zu.',
  waitingShort: 'Wartet…',
  lost: 'Verbindung unterbrochen, es wird nichts gesendet. Wird wiederhergestellt…',
  paused: 'Diese Seite ändert sich schneller, als sie gesendet wird. Wird aufgeholt…',
  hidden: 'Was verborgen ist',
  hiddenHelp: 'Auf dieser Seite markieren, was Mitarbeiter nicht sehen',
  stop: 'Beenden',
};
