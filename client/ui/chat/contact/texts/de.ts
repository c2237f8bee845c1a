import type { ContactTexts } from './en.ts';

export const de: ContactTexts = {
  contactAsk: 'Wie erreichen wir Sie, wenn Sie nicht mehr hier sind? Nur wenn Sie mögen.',
  contactName: 'Name (optional)',
  contactEmail: 'E-Mail',
  contactSend: 'Kontakt hinterlassen',
  contactSkip: 'Nein, danke',
  contactDone: 'Danke. Wir wissen, wie wir Sie erreichen.',
  contactFailed: 'Das hat nicht geklappt. Stimmt die E-Mail-Adresse?',
  contactLater: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
};
