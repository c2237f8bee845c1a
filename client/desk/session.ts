const KEY = 'coview-desk';

/** Who is signed in at this desk, in this browser tab. */
export interface Session {
  site: string;
  token: string;
  /** Issued to this desk for a password. One that came by a link is somebody else's to revoke. */
  own: boolean;
}

/** The address may bring a token in its fragment; it is taken out before anything else can see it. */
export function sessionOfAddress(): { site: string; session?: Session; fromLink: boolean } {
  const { searchParams, hash, pathname } = new URL(location.href);
  const token = new URLSearchParams(hash.slice(1)).get('token');
  const kept = keptSession();
  const site = searchParams.get('site') ?? kept?.site ?? '';
  if (token) history.replaceState(null, '', `${pathname}?${new URLSearchParams({ site })}`);
  if (token && site) return { site, session: { site, token, own: false }, fromLink: true };
  if (kept?.site === site) return { site, session: kept, fromLink: false };
  return { site, fromLink: false };
}

export function keepSession(session: Session | undefined): void {
  try {
    if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden: the session lasts until the page is left.
  }
}

function keptSession(): Session | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null) ?? undefined;
  } catch {
    return undefined;
  }
}
