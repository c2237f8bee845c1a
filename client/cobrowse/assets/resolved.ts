/** Where a file is, without what it is looked at for; undefined for what no page can show. */
export function resolved(url: string, base: string): string | undefined {
  const text = url.trim();
  if (!text) return undefined;
  try {
    const { href, protocol } = new URL(text, base);
    if (!/^(https?|data|blob):$/.test(protocol)) return undefined;
    return protocol === 'data:' ? href : href.split('#', 1)[0];
  } catch {
    return undefined;
  }
}
