import type { CallState, EndReason } from '#protocol/calling.ts';
import type { Agent } from '#protocol/identity.ts';
import type { ActiveUser } from '#protocol/presence.ts';

/** What the desk uses of a call: the public object that `CV.calling.startScreen` returns. */
export interface Call {
  state: CallState;
  reason?: EndReason | undefined;
  on(event: 'state', listener: (state: CallState) => void): () => void;
  attach(element: HTMLElement | null): void;
  end(): void;
}

/** What the desk uses of the page API. */
export interface CV {
  user: {
    list(): Promise<ActiveUser[]>;
    onChange(watcher: (users: ActiveUser[]) => void): () => void;
  };
  rest: { auth(token: string, persist: boolean): Promise<Agent> };
  calling: { startScreen(visitorId: string): Call };
  on(event: 'connection', listener: (detail: { connected: boolean }) => void): () => void;
  on(event: 'call', listener: (detail: unknown) => void): () => void;
}

type CvWindow = Window & { CV?: CV; CVLoaded?: true | (() => void) };

/** Loads the site's widget script, as every page does; rejects if there is no such site. */
export function loadCV(site: string): Promise<CV> {
  const page = window as CvWindow;
  return new Promise((resolve, reject) => {
    const ready = () => resolve(page.CV as CV);
    if (page.CVLoaded === true) return ready();
    page.CVLoaded = ready;
    const script = document.createElement('script');
    script.src = `/cdn/js/${encodeURIComponent(site)}.js`;
    script.onerror = () => {
      script.remove();
      reject(new Error(`the script of site ${site} could not be loaded`));
    };
    document.head.append(script);
  });
}
