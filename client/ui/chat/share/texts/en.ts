/** What the chat says of the sharing of the page; the site’s own wording and the server’s files go over it. */
export const en = {
  shareMenu: 'Show us this page',
  share: 'Share this page',
  shareHelp: 'We see it as you do. Passwords and payment data stay hidden.',
  shareCode: 'Get a code',
  shareCodeHelp: 'To read out while you are on the phone with us.',
  shareStop: 'Stop sharing this page',
  readOut: 'Read out this code:',
  codeNote: 'It works once, for 10 minutes. You are asked before anything is shown.',
  codeForget: 'Remove the code',
  shareOffer: 'Show this page to our team?',
  shareOfferNo: 'Not now',
  shareFailed: 'That did not work. Please try again in a moment.',
};

export type ChatShareTexts = Record<keyof typeof en, string>;
