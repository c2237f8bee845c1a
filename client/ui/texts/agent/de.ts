import type { AgentTexts } from './en.ts';

const over: AgentTexts['over'] = {
  declined: (visitor) => [
    `${visitor} hat abgelehnt.`,
    'Erklären Sie, was Sie sehen möchten, und fragen Sie dann erneut.',
  ],
  cancelled: (visitor) => [`Sie haben abgebrochen, bevor ${visitor} geantwortet hat.`],
  missed: (visitor) => [
    `${visitor} hat nicht geantwortet.`,
    'Vielleicht liegt die Seite im Hintergrund. Bitten Sie darum, sie nach vorn zu holen, und rufen Sie erneut an.',
  ],
  'picker-cancelled': (visitor) => [
    `${visitor} hat zugestimmt, aber nichts zum Übertragen ausgewählt.`,
    'Bitten Sie darum, in der Liste des Browsers einen Tab, ein Fenster oder den Bildschirm zu wählen und zu bestätigen. Auf einem Mac braucht der Browser zudem die Erlaubnis zur Bildschirmaufnahme.',
  ],
  ended: () => ['Der Anruf ist beendet.'],
  'track-ended': (visitor) => [`${visitor} hat die Übertragung über die Schaltfläche des Browsers beendet.`],
  disconnected: (visitor) => [
    'Der Anruf wurde beendet, weil eine Verbindung zu lange unterbrochen war.',
    `Rufen Sie erneut an, sobald ${visitor} wieder in der Liste steht.`,
  ],
  unsupported: (visitor) => [
    `Der Browser von ${visitor} kann den Bildschirm nicht übertragen.`,
    'Smartphones und Tablets können das meist nicht. Bitten Sie darum, die Seite an einem Computer zu öffnen.',
  ],
  failed: () => [
    'Es kam kein Bild an.',
    'Möglicherweise blockiert es eine Firewall oder ein VPN auf einer der beiden Seiten. Versuchen Sie es aus einem anderen Netz oder wenden Sie sich an Ihre Administration.',
  ],
};

const errors: AgentTexts['errors'] = {
  CALL_BUSY: (visitor) =>
    `${visitor} oder Sie sind bereits in einem anderen Anruf. Beenden Sie Ihren, oder versuchen Sie es gleich noch einmal.`,
  VISITOR_OFFLINE: (visitor) => `${visitor} ist nicht mehr auf der Website.`,
  NOT_FOUND: () => 'Diese Person ist hier nicht bekannt.',
  NOT_TAGGED: () => 'Diese Person ist nicht angemeldet und kann daher nicht angerufen werden.',
  RATE_LIMITED: () => 'Zu viele Anrufe in kurzer Zeit. Bitte warten Sie einen Moment und versuchen Sie es erneut.',
  TIMEOUT: () =>
    'Der Server hat nicht rechtzeitig geantwortet. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
  UNAUTHENTICATED: () => 'Sie sind nicht mehr angemeldet. Bitte melden Sie sich erneut an.',
};

export const de: AgentTexts = {
  cancel: 'Abbrechen',
  live: 'Live',
  lost: 'Verbindung unterbrochen. Wird wiederhergestellt…',
  moveOrSize: 'Verschieben: ziehen oder Pfeiltasten drücken. Größe ändern: Umschalttaste und Pfeiltasten',
  close: 'Schließen',
  panel: (visitor) => `Bildschirm von ${visitor}`,
  ringing: (visitor) => `Es klingelt bei ${visitor}…`,
  connecting: (visitor) => `${visitor} hat zugestimmt und wählt aus, was zu sehen ist…`,
  visitorAway: (visitor) => `${visitor} hat die Seite verlassen oder die Verbindung verloren. Bitte warten…`,
  visitorAgain: (visitor) => `${visitor} hat die Seite gewechselt und muss dort auf „Wieder zeigen“ klicken.`,
  elapsed: 'Dauer des Anrufs',
  actual: 'Originalgröße (100 %)',
  fullscreen: 'Vollbild',
  leaveFullscreen: 'Vollbild verlassen',
  picture: 'Übertragener Bildschirm',
  end: 'Beenden',
  over,
  errors,
};
