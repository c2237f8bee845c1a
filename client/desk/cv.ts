import type { CallState, EndReason } from '#protocol/calling.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { Conversation, ConversationFilter, ConversationStatus } from '#protocol/conversation.ts';
import type { CvError } from '#protocol/errors.ts';
import type { Agent, AgentStatus, Availability } from '#protocol/identity.ts';
import type { Page } from '#protocol/paging.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import type { ShownMessage } from '../chat/ShownMessage.ts';

type Undo = () => void;

/** What the desk uses of a call: the public object that `CV.calling.startScreen` returns. */
export interface Call {
  state: CallState;
  reason?: EndReason | undefined;
  on(event: 'state', listener: (state: CallState) => void): Undo;
  attach(element: HTMLElement | null): void;
  end(): void;
}

/** What the desk uses of a session: the public object that `CV.calling.startCobrowse` and `CV.cobrowse.join` return. */
export interface Cobrowsing {
  state: CallState;
  session?: CobrowseView | undefined;
  visitorId?: string | undefined;
  on(event: 'state', listener: (state: CallState) => void): Undo;
  on(event: 'changed', listener: (session: CobrowseView) => void): Undo;
  attach(element: HTMLElement | null): void;
  leave(): void;
  /** What the panel is to call the visitor. */
  rename(visitor: string): void;
}

/** A conversation that this page follows, from `CV.conversations.open`; `changed` tells of every field. */
export interface ConversationHandle {
  readonly id: string;
  readonly conversation?: Conversation | undefined;
  readonly messages: readonly ShownMessage[];
  /** The visitor is typing. */
  readonly typing: boolean;
  readonly hasEarlier: boolean;
  readonly state: 'opening' | 'open' | 'closed';
  readonly error?: CvError | undefined;
  on(event: 'changed', listener: () => void): Undo;
  earlier(): Promise<void>;
  send(text: string): string;
  sendFile(file: File): Promise<string>;
  retry(id: string): void;
  discard(id: string): void;
  type(on: boolean): void;
  read(): void;
  setStatus(status: ConversationStatus): Promise<unknown>;
  assign(assignment: { user?: string | null; team?: string | null }): Promise<unknown>;
  close(): void;
}

interface ListOptions {
  filter?: ConversationFilter;
  status?: ConversationStatus[];
  limit?: number;
  cursor?: string;
}

/** What the desk uses of the page API. */
export interface CV {
  user: {
    list(): Promise<ActiveUser[]>;
    onChange(watcher: (users: ActiveUser[]) => void): Undo;
  };
  conversations: {
    list(options?: ListOptions): Promise<Page<Conversation>>;
    onChange(watcher: (changed: Conversation[], gone: string[]) => void): Undo;
    open(conversationId: string): ConversationHandle;
  };
  agents: {
    list(): Promise<AgentStatus[]>;
    setAvailability(availability: Availability): Promise<unknown>;
  };
  rest: {
    auth(token: string, persist: boolean): Promise<Agent>;
    /** JSON of `/rest/v1/PATH`, asked as the signed-in agent; rejects with CvError. */
    request<T = unknown>(verb: string, path: string, body?: unknown): Promise<T>;
    redeem(code: string): Promise<{ agent: Agent; conversationId?: string; cobrowse?: string; token?: string }>;
    signOut(revoke: boolean): Promise<unknown>;
  };
  calling: {
    startScreen(visitorId: string): Call;
    startCobrowse(visitorId: string): Cobrowsing;
  };
  cobrowse: {
    /** Whether the site has co-browsing. */
    enabled?: boolean;
    onChange(watcher: (sessions: CobrowseView[]) => void): Undo;
    /** By the session’s id, or by six digits. */
    join(idOrCode: string): Cobrowsing;
  };
  /** The desk itself is no page for visitors. */
  chat?: { hide?(): unknown };
  on(event: 'connection', listener: (detail: { connected: boolean }) => void): Undo;
  on(event: 'call' | 'cobrowse', listener: (detail: unknown) => void): Undo;
  on(event: 'signedOut', listener: () => void): Undo;
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
