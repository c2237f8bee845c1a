import type { MethodOutput } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { AgentCalling } from '../calling/AgentCalling.ts';
import type { CallHandle } from '../calling/CallHandle.ts';
import { UserDirectory, type Watcher } from '../presence/UserDirectory.ts';
import { Connection } from './Connection.ts';
import { tabId } from './tab.ts';

export interface AgentSessionOptions {
  boot: WidgetBoot;
  token: string;
  email?: string | undefined;
  /** Who follows the list, under whichever agent. */
  watchers: Set<Watcher>;
  /** A call went on while the page was reloaded. */
  onResumed: (handle: CallHandle) => void;
  /** The server will not have this token, or no more. */
  onRefused: () => void;
}

/** A page that acts for an agent: everything behind `CV.rest.auth`. */
export class AgentSession {
  readonly agent: Promise<Agent>;
  readonly #connection: Connection;
  readonly #directory: UserDirectory;
  readonly #calling: AgentCalling;

  constructor({ boot, token, email, watchers, onResumed, onRefused }: AgentSessionOptions) {
    const connection = new Connection({
      host: boot.host,
      site: boot.site,
      handshake: () => ({ role: 'agent', tab: tabId(), token, email }),
    });
    const directory = new UserDirectory(connection, watchers);
    const calling = new AgentCalling(connection, directory, boot.language);
    this.agent = new Promise((resolve, reject) => {
      connection.onEvent('agent.welcome', (welcome) => {
        resolve(welcome.agent);
        calling.welcome(welcome, onResumed);
        directory.resume();
      });
      connection.on('refused', (error) => {
        reject(error);
        calling.refused(error);
        onRefused();
      });
    });
    this.agent.catch(() => {});
    this.#connection = connection;
    this.#directory = directory;
    this.#calling = calling;
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

  close(): void {
    this.#calling.close();
    this.#connection.close();
  }
}
