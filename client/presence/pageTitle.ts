let badge = '';
/** The title element's text without the badge, exactly as the page wrote it. */
let written = '';

/** As `document.title` reads it. */
const plain = (text: string) => text.trim().replace(/\s+/g, ' ');

const badged = (): boolean => badge !== '' && document.title === plain(badge + written);

/** The page's own title, without what CoView puts before it. */
export const pageTitle = (): string => (badged() ? plain(written) : document.title);

/** Puts something before the page's title; nothing restores the title as it was. */
export function setTitleBadge(text: string): void {
  const element = document.head?.querySelector('title');
  if (!element) return;
  if (!badged()) written = element.textContent ?? '';
  badge = text;
  if (element.textContent !== badge + written) element.textContent = badge + written;
}
