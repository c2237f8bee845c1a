import type { VisitorTexts } from './en.ts';

const over: VisitorTexts['over'] = {
  declined: (agent) => [`Sie haben abgelehnt. ${agent} hat nichts gesehen.`],
  cancelled: (agent) => [`${agent} hat die Anfrage zurückgezogen. Es wurde nichts übertragen.`],
  missed: (agent) => [
    `Die Anfrage von ${agent} ist abgelaufen. Es wurde nichts übertragen.`,
    `Wenn Sie weiterhin Hilfe wünschen, bitten Sie ${agent} um eine neue Anfrage.`,
  ],
  'picker-cancelled': (agent) => [
    'Sie haben nichts ausgewählt, daher hat die Übertragung nicht begonnen.',
    `Sie können ${agent} um einen neuen Versuch bitten. Falls keine Auswahl erschien, erlauben die Datenschutz-Einstellungen Ihres Computers diesem Browser vielleicht keine Bildschirmaufnahme.`,
  ],
  ended: (agent) => [`Die Bildschirmübertragung ist beendet. ${agent} sieht Ihren Bildschirm nicht mehr.`],
  'track-ended': (agent) => [`Sie haben die Übertragung beendet. ${agent} sieht Ihren Bildschirm nicht mehr.`],
  disconnected: () => [
    'Die Übertragung wurde beendet, weil die Verbindung zu lange unterbrochen war.',
    'Bitte prüfen Sie Ihre Internetverbindung. Eine neue Übertragung beginnt nur mit Ihrer Zustimmung.',
  ],
  unsupported: () => [
    'Dieser Browser kann den Bildschirm nicht übertragen.',
    'Smartphones und Tablets können das meist nicht. Bitte öffnen Sie diese Seite an einem Computer in Chrome, Edge, Firefox oder Safari.',
  ],
  failed: () => [
    'Das Bild konnte nicht übertragen werden, daher wurde die Übertragung beendet.',
    'Möglicherweise verhindert es ein Firmennetz oder VPN. Versuchen Sie es in einem anderen Netz oder ohne VPN.',
  ],
};

export const de: VisitorTexts = {
  offer: (agent) => `${agent} möchte Ihren Bildschirm sehen`,
  offerChoose:
    'Sie wählen, was zu sehen ist: ein Tab, ein Fenster oder der ganze Bildschirm. Ihr Browser fragt Sie gleich danach.',
  offerSeen: (agent) => `${agent} sieht alles, was dort erscheint, kann aber nicht klicken oder tippen.`,
  offerStop: 'Sie können die Übertragung jederzeit beenden. Es wird nichts aufgezeichnet.',
  accept: 'Bildschirm zeigen',
  decline: 'Jetzt nicht',
  secondsLeft: (seconds) => `Noch ${seconds} Sekunden Zeit für Ihre Antwort`,
  choosing: (agent) => `Wählen Sie im Browser, was ${agent} sehen darf`,
  cancel: 'Abbrechen',
  notice: 'Bildschirmübertragung',
  live: 'Live',
  sharing: (agent) => `${agent} sieht Ihren Bildschirm`,
  lost: 'Verbindung unterbrochen. Wird wiederhergestellt…',
  agentAway: (agent) => `Die Verbindung zu ${agent} ist unterbrochen. Bitte warten…`,
  stop: 'Beenden',
  again: (agent) =>
    `Nach dem Seitenwechsel hat Ihr Browser das Bild angehalten. Möchten Sie es ${agent} wieder zeigen?`,
  acceptAgain: 'Wieder zeigen',
  smaller: 'Verkleinern',
  larger: 'Alles anzeigen',
  move: 'Verschieben: ziehen oder Pfeiltasten drücken',
  close: 'Schließen',
  over,
};
