/** How the chat asks whom nobody knows; the site’s own wording and the server’s files go over it. */
export const en = {
  contactAsk: 'How can we reach you if you’ve left? Only if you like.',
  contactName: 'Name (optional)',
  contactEmail: 'Email',
  contactSend: 'Leave contact',
  contactSkip: 'No, thanks',
  contactDone: 'Thank you. We know how to reach you.',
  contactFailed: 'That didn’t work. Is the email address right?',
  contactLater: 'That didn’t work. Please try again in a moment.',
};

export type ContactTexts = Record<keyof typeof en, string>;
