const KEY = 'coview-desk';

/** Who is signed in at this desk, in this browser tab. */
export interface Session {
  site: string;
  token: string;
  /** Issued to this desk for a password or a code. One that came by a link is somebody else's to revoke. */
  own: boolean;
}

export interface Arrival {
  site: string;
  session?: Session;
  /** Of a public agent chat URL: works once. */
  code?: string;
  fromLink: boolean;
}

/** The address may bring a secret in its fragment; it is taken out before anything else can see it. */
export function arrive(): Arrival {
  const { searchParams, hash, pathname } = new URL(location.href);
  const fragment = new URLSearchParams(hash.slice(1));
  const [token, code] = [fragment.get('token'), fragment.get('code')];
  const kept = keptSession();
  const site = searchParams.get('site') ?? kept?.site ?? '';
  if (token || code) {
    fragment.delete('token');
    fragment.delete('code');
    const rest = fragment.toString().replace(/=(?=&|$)/g, '');
    history.replaceState(null, '', `${pathname}?${new URLSearchParams({ site })}${rest && `#${rest}`}`);
  }
  if (code && site) return { site, code, fromLink: true };
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
