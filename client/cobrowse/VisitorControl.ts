import type { EventPayload } from '#protocol/api.ts';
import type { CobrowseCapability, CobrowseView } from '#protocol/cobrowse.ts';
import type { FrameWire } from '../core/Wire.ts';
import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import { recordingOf, type SharePhase, sessionOf } from './SharePhase.ts';

type Command = EventPayload<'cobrowse.command'>;
type Banner = Extract<CobrowseScreen, { kind: 'sharing' }>;

export interface VisitorControlOptions {
  wire: FrameWire;
  phase(): SharePhase;
  /** The server has answered. */
  changed(session: CobrowseView): void;
  show(): void;
  say(said: Promise<unknown>): void;
}

/** So many commands wait for the visitor to see who acts, and for so long, in milliseconds. */
const MOST_HELD = 300;
const LONGEST_MS = 5000;

/**
 * Who may act in the page, as the visitor has said; loads when an agent asks for it first. Nothing is done before the
 * visitor sees who acts, and can end it.
 */
export class VisitorControl {
  readonly #options: VisitorControlOptions;
  #agent: string | undefined;
  #isSeen = false;
  #isStopped = false;
  #isAnswered = false;
  #held: Command[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: VisitorControlOptions) {
    this.#options = options;
  }

  /** The session goes on like this. */
  follow({ control, asked }: CobrowseView): void {
    this.#isStopped &&= control !== undefined;
    this.#isAnswered &&= asked !== undefined;
    const agent = control?.agent.email;
    if (agent === this.#agent) return;
    if (this.#agent) this.#end();
    this.#agent = agent;
  }

  /** Nothing is shared any more. */
  clear(): void {
    this.#held = [];
    this.#agent = undefined;
    this.#isSeen = this.#isStopped = this.#isAnswered = false;
    clearTimeout(this.#timer);
  }

  /** What the visitor sees of it, the last one on top. */
  screens({ control, asked }: CobrowseView, banner: Banner): readonly CobrowseScreen[] {
    if (control && !this.#isStopped) {
      const { agent, capabilities } = control;
      const seen = () => this.#seen(agent.email);
      banner.control = { agent: agent.name, capabilities, seen, stop: () => this.#stop() };
    }
    if (!asked || this.#isAnswered || !banner.connected) return [banner];
    const { agent, capabilities } = asked;
    const grant = (granted: readonly CobrowseCapability[]) => this.#grant(granted);
    return [banner, { kind: 'control-asked', agent: agent.name, capabilities, grant, refuse: () => grant([]) }];
  }

  /** `since`: when it came. */
  command(command: Command, since: number): void {
    const phase = this.#options.phase();
    const { control } = sessionOf(phase) ?? {};
    const recording = recordingOf(phase);
    if (!recording || sessionOf(phase)?.id !== command.id) return;
    const isMine = !this.#isStopped && control?.agent.email === command.agent.email;
    if (!isMine || Date.now() - since > LONGEST_MS) return this.#refuse(command);
    if (!this.#isSeen) return this.#hold(command);
    const { id, n, agent } = command;
    const done = recording.run(command.command, agent.name, control.capabilities);
    this.#options.say(done.then((code) => code && this.#options.wire.request('cobrowse.outcome', { id, n, code })));
  }

  #hold(command: Command): void {
    if (this.#held.length === 0) this.#timer = setTimeout(() => this.#drop(), LONGEST_MS);
    this.#held.push(command);
    if (this.#held.length > MOST_HELD) this.#drop();
  }

  #seen(agent: string): void {
    if (agent !== this.#agent || this.#isStopped || this.#isSeen) return;
    this.#isSeen = true;
    clearTimeout(this.#timer);
    for (const command of this.#held.splice(0)) this.command(command, Date.now());
  }

  #drop(): void {
    clearTimeout(this.#timer);
    for (const command of this.#held.splice(0)) this.#refuse(command);
  }

  #refuse({ id, n }: Command): void {
    this.#options.say(this.#options.wire.request('cobrowse.outcome', { id, n, code: 'FORBIDDEN' }));
  }

  /** Whoever acted may not any more. */
  #end(): void {
    this.#isSeen = false;
    this.#drop();
    recordingOf(this.#options.phase())?.uncontrolled();
  }

  #grant(capabilities: readonly CobrowseCapability[]): void {
    const session = sessionOf(this.#options.phase());
    if (!session?.asked) return;
    this.#isAnswered = true;
    const said = { id: session.id, agent: session.asked.agent.email, capabilities: [...capabilities] };
    const { wire, say, changed, show } = this.#options;
    say(wire.insist('cobrowse.grant', said).then((answer) => changed(answer.session)));
    show();
  }

  /** Counts here at once. */
  #stop(): void {
    const session = sessionOf(this.#options.phase());
    if (!session?.control || this.#isStopped) return;
    this.#isStopped = true;
    this.#end();
    this.#options.show();
    this.#options.say(this.#revoke(session, session.control.agent.email));
  }

  /** Who acts and asks for more is refused by the first word, revoked by the second. */
  async #revoke({ id }: CobrowseView, agent: string): Promise<void> {
    for (let nth = 0; nth < 2; nth++) {
      const { session } = await this.#options.wire.insist('cobrowse.grant', { id, agent, capabilities: [] });
      this.#options.changed(session);
      if (!session.control) return;
    }
  }
}
