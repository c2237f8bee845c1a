/** Where a link leads, as far as that is for others: no query, no hash, no credentials, no token, nobody’s address. */
export function publicAddress(address: string): string {
  // Browsers ignore these wherever they stand.
  const plain = Array.from(address, (one) => (one > ' ' ? one : '')).join('');
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(plain)?.[0].toLowerCase();
  if (scheme === 'javascript:' || plain.startsWith('#')) return '#';
  if (scheme && scheme !== 'http:' && scheme !== 'https:') return scheme;
  const [path = ''] = plain.replace(/^([^/?#]*[\\/]{2})[^\\/?#]*@/, '$1').split(/[?#;]/, 1);
  return path.replace(/[^\\/]+/g, (segment) => (isToken(segment) ? '***' : segment));
}

/** Where a page itself is: whoever may see it knows the site’s own name. */
export function pageAddress(address: string): string {
  const [, scheme = '', host, path = ''] = /^(https?:[\\/]{2})(?:[^\\/?#]*@)?([^\\/?#]+)(.*)$/is.exec(address) ?? [];
  return host ? scheme + host + publicAddress(path) : publicAddress(address);
}

/** What a program made up, or a person’s mail address. */
const isToken = (segment: string) =>
  segment.includes('@') || segment.includes('%40') || /(?=\w*\d)(?=\w*[a-z])\w{20,}|\d{9,}/i.test(segment);
