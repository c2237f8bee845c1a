/** Whether a browser origin fits a site's patterns: exact, or `*` for the port. */
export function originAllowed(origin: string, patterns: readonly string[]): boolean {
  const given = parse(origin);
  return (
    given !== undefined &&
    patterns.some((pattern) => {
      if (!pattern.endsWith(':*')) return parse(pattern)?.origin === given.origin;
      const wanted = parse(pattern.slice(0, -2));
      return wanted?.protocol === given.protocol && wanted.hostname === given.hostname;
    })
  );
}

/** Whether a request comes from a page of this server itself. */
export function sameOrigin(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  const given = parse(origin);
  if (given === undefined) return false;
  return publicUrl !== undefined ? given.origin === publicUrl : host !== undefined && given.host === host;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
