/** Whether a browser origin fits a site's patterns: exact, or `*` for the port. */
export function originAllowed(origin: string, patterns: readonly string[]): boolean {
  const given = parseOrigin(origin);
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
  const given = parseOrigin(origin);
  if (given === undefined) return false;
  return publicUrl !== undefined ? given.origin === publicUrl : host !== undefined && given.host === host;
}

/** Only what a browser would send: an address with a user, a path or a capital letter is nobody's origin. */
function parseOrigin(text: string): URL | undefined {
  const url = parse(text);
  return url?.origin === text ? url : undefined;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
