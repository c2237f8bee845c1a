import type { MethodOutput } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { AgentCalling } from '../calling/AgentCalling.ts';
import type { CallHandle } from '../calling/CallHandle.ts';
import { AgentConversations, type ConversationWatcher } from '../chat/AgentConversations.ts';
import { AgentCobrowsing } from '../cobrowse/agent/AgentCobrowsing.ts';
import type { CobrowseHandle } from '../cobrowse/agent/CobrowseHandle.ts';
import type { CobrowseWatcher } from '../cobrowse/agent/CobrowseList.ts';
import { UserDirectory, type Watcher } from '../presence/UserDirectory.ts';
import { Connection } from './Connection.ts';
import { tabId } from './tab.ts';

/** Who follows a list, under whichever agent. */
export interface Watchers {
  users: Set<Watcher>;
  conversations: Set<ConversationWatcher>;
  cobrowses: Set<CobrowseWatcher>;
}

export interface AgentSessionOptions {
  boot: WidgetBoot;
  token: string;
  email?: string | undefined;
  watchers: Watchers;
  onConnected: (connected: boolean) => void;
  /** A call went on while the page was reloaded. */
  onResumed: (handle: CallHandle) => void;
  /** So did the sharing of a page, or its panel has asked for it again. */
  onCobrowse: (handle: CobrowseHandle) => void;
  /** The server will not have this token, or no more; `before` is whether it did. */
  onRefused: (before: boolean) => void;
}

/** A page that acts for an agent: everything behind `CV.rest.auth`. */
export class AgentSession {
  readonly agent: Promise<Agent>;
  readonly conversations: AgentConversations;
  readonly cobrowsing: AgentCobrowsing;
  readonly #connection: Connection;
  readonly #directory: UserDirectory;
  readonly #calling: AgentCalling;
  #giveUp!: (error: CvError) => void;

  constructor({ boot, token, email, watchers, onConnected, onResumed, onCobrowse, onRefused }: AgentSessionOptions) {
    const connection = new Connection({
      host: boot.host,
      site: boot.site,
      handshake: () => ({ role: 'agent', tab: tabId(), token, email }),
    });
    const directory = new UserDirectory(connection, watchers.users);
    const calling = new AgentCalling(connection, directory, boot.language);
    const conversations = new AgentConversations({
      boot,
      wire: connection,
      token,
      watchers: watchers.conversations,
    });
    const cobrowsing = new AgentCobrowsing({
      wire: connection,
      boot,
      language: boot.language,
      token,
      directory,
      watchers: watchers.cobrowses,
      onAgain: onCobrowse,
    });
    let welcomed = false;
    this.agent = new Promise((resolve, reject) => {
      this.#giveUp = reject;
      connection.onEvent('agent.welcome', (welcome) => {
        welcomed = true;
        resolve(welcome.agent);
        calling.welcome(welcome, onResumed);
        cobrowsing.welcome(welcome, onCobrowse);
        directory.resume();
        conversations.welcome(welcome.agent);
      });
      connection.on('connected', onConnected);
      connection.on('refused', (error) => {
        reject(error);
        calling.refused(error);
        cobrowsing.refused(error);
        conversations.close(error);
        onRefused(welcomed);
      });
    });
    this.agent.catch(() => {});
    this.#connection = connection;
    this.#directory = directory;
    this.#calling = calling;
    this.conversations = conversations;
    this.cobrowsing = cobrowsing;
    connection.open();
  }

  list(): Promise<MethodOutput<'presence.list'>> {
    return this.#directory.list();
  }

  status(query: unknown): Promise<MethodOutput<'presence.status'>> {
    if (typeof query !== 'string' && typeof query !== 'number') {
      return Promise.reject(new CvError('INVALID_INPUT', 'CV.user.status takes an email or id.'));
    }
    return this.#directory.status(query);
  }

  onChange(watcher: Watcher): () => void {
    return this.#directory.onChange(watcher);
  }

  startScreen(handle: CallHandle, visitorId: VisitorId): Promise<void> {
    return this.#calling.startScreen(handle, visitorId);
  }

  agents(): Promise<MethodOutput<'agent.list'>> {
    return this.#connection.request('agent.list', {});
  }

  async setAvailability(availability: unknown): Promise<void> {
    if (availability !== 'online' && availability !== 'away') {
      throw new CvError('INVALID_INPUT', 'CV.agents.setAvailability takes online or away.');
    }
    await this.#connection.insist('agent.availability', { availability });
  }

  close(): void {
    this.#giveUp(new CvError('UNAUTHENTICATED', 'The agent has been signed out.'));
    this.#calling.close();
    this.cobrowsing.close();
    this.conversations.close();
    this.#connection.close();
  }
}
