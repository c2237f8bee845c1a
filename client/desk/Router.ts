import { signal } from '@preact/signals';

export type Route =
  | { view: 'conversations'; conversation?: string }
  /** With a session’s id or a visitor’s code, to be watched. */
  | { view: 'visitors'; cobrowse?: string }
  | { view: 'settings'; section: string };

/** Where the agent is; it stands in the address's fragment, so that Back, a reload and a link work. */
export class Router {
  readonly route = signal<Route>(routeOf(location.hash));
  readonly #follow = () => {
    this.route.value = routeOf(location.hash);
  };

  constructor() {
    addEventListener('popstate', this.#follow);
    addEventListener('hashchange', this.#follow);
  }

  go(route: Route): void {
    const to = addressOf(route);
    if (to !== location.hash) history.pushState(null, '', `${location.pathname}${location.search}${to}`);
    this.#follow();
  }

  /** The open conversation became another one: not a step that Back should undo. */
  replace(route: Route): void {
    history.replaceState(null, '', `${location.pathname}${location.search}${addressOf(route)}`);
    this.#follow();
  }

  close(): void {
    removeEventListener('popstate', this.#follow);
    removeEventListener('hashchange', this.#follow);
  }
}

/** For links: the whole address, not a place on this page. */
export const hrefOf = (route: Route): string => location.pathname + location.search + addressOf(route);

function addressOf(route: Route): string {
  switch (route.view) {
    case 'conversations':
      return route.conversation ? `#conversation=${encodeURIComponent(route.conversation)}` : '';
    case 'visitors':
      return route.cobrowse ? `#cobrowse=${encodeURIComponent(route.cobrowse)}` : '#visitors';
    case 'settings':
      return `#settings=${route.section}`;
  }
}

function routeOf(hash: string): Route {
  const fields = new URLSearchParams(hash.slice(1));
  if (fields.has('visitors')) return { view: 'visitors' };
  const cobrowse = fields.get('cobrowse');
  if (cobrowse) return { view: 'visitors', cobrowse };
  const section = fields.get('settings');
  if (section !== null) return { view: 'settings', section: section || 'webchat' };
  const conversation = fields.get('conversation');
  return conversation ? { view: 'conversations', conversation } : { view: 'conversations' };
}
