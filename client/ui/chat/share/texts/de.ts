import type { ChatShareTexts } from './en.ts';

export const de: ChatShareTexts = {
  shareMenu: 'Uns diese Seite zeigen',
  share: 'Diese Seite teilen',
  shareHelp: 'Wir sehen sie so wie Sie. Passwörter und Zahlungsdaten bleiben verborgen.',
  shareCode: 'Code anfordern',
  shareCodeHelp: 'Zum Vorlesen, während Sie mit uns telefonieren.',
  shareStop: 'Diese Seite nicht mehr teilen',
  readOut: 'Lesen Sie diesen Code vor:',
  codeNote: 'Er gilt einmal, für 10 Minuten. Bevor etwas gezeigt wird, werden Sie gefragt.',
  codeForget: 'Code entfernen',
  shareOffer: 'Diese Seite unserem Team zeigen?',
  shareOfferNo: 'Jetzt nicht',
  shareFailed: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
};
