import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { Conversation, ConversationFilter, ConversationStatus } from '#protocol/conversation.ts';
import type { CvError } from '#protocol/errors.ts';
import type { Agent, AgentStatus, Availability } from '#protocol/identity.ts';
import type { Page } from '#protocol/paging.ts';
import type { Person } from '#protocol/person.ts';
import type { ActiveUser, UserStatus } from '#protocol/presence.ts';
import type { GivenTag } from '#protocol/tag.ts';
import type { Call } from './Call.ts';
import type { Cobrowsing } from './Cobrowsing.ts';
import type { CvEvents } from './CvEvents.ts';
import type { OpenConversation } from './OpenConversation.ts';

/** Called with the result, by methods that also answer with a promise of it. */
type Done<Result> = (result: Result) => void;

/** Called instead if it failed; the promise rejects with the same. */
type Failed = (error: CvError) => void;

/** Takes back what it was answered by: calls nobody any more. */
export type Undo = () => void;

/** Which conversations: all that the agent may see, unless told otherwise; 50 at a time, at most 200. */
interface ListOptions {
  filter?: ConversationFilter;
  status?: ConversationStatus[];
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** Whom the code of an agent's link has logged in, and what the link opens. */
export interface Redeemed {
  agent: Agent;
  /** To be kept by who wants to log in again without a link. */
  token: string;
  /** For `CV.conversations.open`. */
  conversationId?: string;
  /** For `CV.cobrowse.join`. */
  cobrowse?: string;
}

/** Who the visitor is, and for agents who is there. */
interface UserApi {
  /**
   * On a visitor's page: adds what the page knows of its signed-in user to this browser's visitor (seeds 000, 001, 003).
   * A known person's history appears in the chat at once. Rejects with INVALID_INPUT; where the site wants signed
   * identities, with SIGNATURE_REQUIRED or SIGNATURE_INVALID.
   */
  tag(tag: GivenTag, done?: Done<Person>, failed?: Failed): Promise<Person>;
  /**
   * On a visitor's page, at logout: an empty chat and a new visitor; the server keeps the history (seed 000). It holds
   * also where the page is left right behind it.
   */
  reset(done?: Done<void>, failed?: Failed): Promise<void>;
  /** On an agent's page: all tagged users who are on the site now and whom this agent may see (seed 003). */
  list(done?: Done<ActiveUser[]>, failed?: Failed): Promise<ActiveUser[]>;
  /** On an agent's page: one person by email, tagged id or visitor id; without `visitorId` when offline (seed 003). */
  status(emailOrId: string | number, done?: Done<UserStatus>, failed?: Failed): Promise<UserStatus>;
  /** On an agent's page: the list of users, now and at every change. */
  onChange(watcher: (users: ActiveUser[]) => void): Undo;
}

/** The chat of a visitor's page. */
interface ChatApi {
  open(done?: Done<void>, failed?: Failed): Promise<void>;
  close(done?: Done<void>, failed?: Failed): Promise<void>;
  /** Offers the chat on this page, whatever the site's rules say. */
  show(done?: Done<void>, failed?: Failed): Promise<void>;
  /** Takes launcher and window off this page, whatever the site's rules say. */
  hide(done?: Done<void>, failed?: Failed): Promise<void>;
  /** Writes as the visitor: resolves when it is kept in this browser, from where it arrives once, whatever happens. */
  send(text: string, done?: Done<void>, failed?: Failed): Promise<void>;
}

/** What a visitor's page may ask about the site (seed 001). */
interface SiteApi {
  isAgentOnline(done?: Done<boolean>, failed?: Failed): Promise<boolean>;
  /** JavaScript event names of the action rules that match now. */
  hasActionRuleMatched(done?: Done<string[]>, failed?: Failed): Promise<string[]>;
  /** Whether the site offers the chat now; a failure calls `no` with it. */
  shouldShowWebchat(yes?: () => void, no?: (error?: CvError) => void): Promise<boolean>;
  /** Asks every second until it is yes: then the answer, a promise too, resolves with true; with false if taken back. */
  shouldShowWebchatInterval(yes?: () => void, no?: (error?: CvError) => void): Undo & PromiseLike<boolean>;
}

/** For which agent this page acts. Until it does, what only agents may do rejects with UNAUTHENTICATED. */
export interface RestApi {
  /** Acts for the agent of this email, whose user token this is (seed 003); it is kept until this tab closes. */
  auth(email: string, token: string, done?: Done<Agent>, failed?: Failed): Promise<Agent>;
  /** Acts for the agent whose user token this is; with `persist` in this browser's other tabs and later too. */
  auth(token: string, persist?: boolean, done?: Done<Agent>, failed?: Failed): Promise<Agent>;
  auth(token: string, done: Done<Agent>, failed?: Failed): Promise<Agent>;
  /** Acts for the agent whom the code in a link's fragment logs in, once; UNAUTHENTICATED if it was used or is old. */
  redeem(code: string, done?: Done<Redeemed>, failed?: Failed): Promise<Redeemed>;
  /** JSON of `/rest/v1/PATH`, asked as the agent: what there is, `/docs/` of the server tells. */
  request<Answer = unknown>(verb: string, path: string, done: Done<Answer>, failed?: Failed): Promise<Answer>;
  request<Answer = unknown>(
    verb: string,
    path: string,
    body?: unknown,
    done?: Done<Answer>,
    failed?: Failed,
  ): Promise<Answer>;
  /** Acts for nobody any more; with `revoke` the token opens nothing anywhere from now on. */
  signOut(revoke?: boolean, done?: Done<void>, failed?: Failed): Promise<void>;
  signOut(done: Done<void>, failed?: Failed): Promise<void>;
}

/** Agents' conversations with people. */
interface ConversationsApi {
  /** The latest change first. */
  list(options?: ListOptions, done?: Done<Page<Conversation>>, failed?: Failed): Promise<Page<Conversation>>;
  list(done: Done<Page<Conversation>>, failed?: Failed): Promise<Page<Conversation>>;
  /** All that the agent may see (at first the latest 1,000), then what is new or has changed, and ids of what is gone. */
  onChange(watcher: (changed: Conversation[], gone: string[]) => void): Undo;
  open(conversationId: string): OpenConversation;
}

interface AgentsApi {
  /** The site's active agents, and which of them are there now. */
  list(done?: Done<AgentStatus[]>, failed?: Failed): Promise<AgentStatus[]>;
  /** Whether the agent takes chats and calls; holds over reloads. */
  setAvailability(availability: Availability, done?: Done<void>, failed?: Failed): Promise<void>;
}

/** On an agent's page (seed 003). */
interface CallingApi {
  /** Rings the visitor, and after the visitor's consent shows the screen. */
  startScreen(visitorId: string): Call;
  /** Asks the visitor to share the page, and after the visitor's consent shows it. */
  startCobrowse(visitorId: string): Cobrowsing;
}

interface CobrowseApi {
  /** Whether the site has co-browsing. */
  readonly enabled: boolean;
  /**
   * On a visitor's page: asks the visitor, then shares the page with the assigned agent or whoever comes first. Rejects
   * with DECLINED, AGENT_OFFLINE, CONFLICT, UNSUPPORTED.
   */
  start(done?: Done<CobrowseView>, failed?: Failed): Promise<CobrowseView>;
  /** On a visitor's page: nothing leaves it any more when this resolves. */
  stop(done?: Done<void>, failed?: Failed): Promise<void>;
  /** On a visitor's page: six digits to read out, by which an agent may ask to see the page. */
  code(done?: Done<string>, failed?: Failed): Promise<string>;
  /** On an agent's page: the sessions that go on, of visitors whom the agent may see. */
  list(done?: Done<CobrowseView[]>, failed?: Failed): Promise<CobrowseView[]>;
  /** On an agent's page: that list, now and at every change. */
  onChange(watcher: (sessions: CobrowseView[]) => void): Undo;
  /** On an agent's page: watches a session, by its id or by six digits. */
  join(idOrCode: string): Cobrowsing;
}

/**
 * The page API: `window.CV` of the script, and what `createCV` of the npm package resolves to. Methods that call back
 * also answer with a promise; what fails, fails with a `CvError`, whose `code` is one of a list. Besides what a method
 * names: UNAVAILABLE (the server or the network), RATE_LIMITED, FORBIDDEN, INVALID_INPUT, INTERNAL. Times of the server
 * are ISO 8601 in UTC.
 */
export interface CV {
  readonly user: UserApi;
  readonly chat: ChatApi;
  readonly api: SiteApi;
  readonly rest: RestApi;
  readonly conversations: ConversationsApi;
  readonly agents: AgentsApi;
  readonly calling: CallingApi;
  readonly cobrowse: CobrowseApi;
  /** Tells what happens. */
  on<Name extends keyof CvEvents>(event: Name, listener: CvEvents[Name]): Undo;
}
