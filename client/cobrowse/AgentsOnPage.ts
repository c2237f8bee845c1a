import type { CobrowseCapability, CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';
import { Late } from '../core/Late.ts';
import { AgentMarks } from '../ui/cobrowse/visitor/AgentMarks.ts';
import { boxOfNode } from './remote/place.ts';
import type { Remote, RemoteOptions, RemoteRefusal } from './remote/Remote.ts';

type Stream = Pick<RemoteOptions, 'privacy' | 'recorder'>;

/** What agents do on a page that is shared: they point, draw, and act where the visitor lets them. */
export class AgentsOnPage {
  readonly #marks = new AgentMarks();
  /** Undefined while nobody watches. */
  readonly #stream: () => Stream | undefined;
  /** While an agent acts in the page. */
  #remote: Late<Remote> | undefined;

  constructor(stream: () => Stream | undefined) {
    this.#stream = stream;
  }

  async run(
    command: CobrowseCommand,
    agent: string,
    capabilities: readonly CobrowseCapability[],
  ): Promise<RemoteRefusal | undefined> {
    const loading = this.#remoteNow();
    const remote = await loading?.get();
    // The visitor may have taken control back meanwhile.
    if (!remote || loading !== this.#remote) return 'FORBIDDEN';
    const refusal = remote.run(command, capabilities);
    const { at } = remote;
    if (at) this.#marks.pointer(agent, at);
    return refusal;
  }

  uncontrolled(): void {
    this.#remote?.useIfAsked((remote) => remote.stop());
    this.#remote = undefined;
    this.#marks.clear();
  }

  mark(agent: string, mark: CobrowseMark): void {
    const stream = this.#stream();
    if (stream) this.#marks.mark(agent, mark, (id) => boxOfNode(stream.recorder.nodeOf(id)));
  }

  #remoteNow(): Late<Remote> | undefined {
    const stream = this.#stream();
    if (!stream) return undefined;
    this.#remote ??= new Late(async () => new (await import('./remote/Remote.ts')).Remote({ ...stream, document }));
    return this.#remote;
  }
}
