import type { SiteState } from '#protocol/rules.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { Emitter } from '../core/Emitter.ts';
import { Late } from '../core/Late.ts';
import { storageOf } from '../core/storedKeys.ts';
import type { Wire } from '../core/Wire.ts';
import type { RuleEngine, RuleEngineOptions } from './RuleEngine.ts';

type Greeting = Parameters<RuleEngineOptions['onGreet']>[0];

interface VisibilityEvents {
  /** Anything of this. */
  changed: () => void;
  /** A rule opens the chat. */
  open: () => void;
  /** A rule asks whether to share the page, or does no more. */
  offer: (isOffered: boolean) => void;
  /** JavaScript events of the rules that match now, when more do. */
  rule: (matched: readonly string[]) => void;
}

/** Whether and how this page offers the chat: the site's setting, its rules, and the page's own will. */
export class Visibility extends Emitter<VisibilityEvents> {
  state: SiteState | undefined;
  /** What a rule has the site say. */
  greeting: Greeting | undefined;
  readonly #boot: WidgetBoot;
  readonly #wire: Pick<Wire, 'request'>;
  readonly #engine = new Late(async () => this.#make((await import('./RuleEngine.ts')).RuleEngine));
  #rules: RuleEngine | undefined;
  /** `CV.chat.show` and `hide` win over everything, on this page. */
  #override: boolean | undefined;
  #withdrawn = false;
  #matched: readonly string[] = [];

  constructor(boot: WidgetBoot, wire: Wire) {
    super();
    this.#boot = boot;
    this.#wire = wire;
    wire.onEvent('visitor.welcome', ({ state }) => this.#update(state));
    wire.onEvent('site.changed', ({ state }) => this.#update(state));
  }

  get visible(): boolean {
    return !this.#withdrawn && (this.#override ?? this.#offered);
  }

  set override(visible: boolean) {
    this.#override = visible;
    this.#rules?.check();
    this.emit('changed');
  }

  /** An agent's page offers no chat. */
  withdraw(): void {
    if (this.#withdrawn) return;
    this.#withdrawn = true;
    this.greeting = undefined;
    this.#engine.useIfAsked((engine) => engine.close());
    this.emit('changed');
  }

  /** The visitor has sent a message, with which a greeting is answered. */
  sent(): void {
    this.greeting = undefined;
    this.#rules?.sent();
    this.emit('changed');
  }

  /** The visitor is somebody else from now on, whose visits count anew. */
  forget(): void {
    this.#rules?.forget();
    const { sessionIds, site } = this.#boot;
    try {
      if (!this.#rules) storageOf(sessionIds ? 'session' : 'local').removeItem(`coview:visits:${site}`);
    } catch {
      // Storage is forbidden: nothing is there.
    }
  }

  async isAgentOnline(): Promise<boolean> {
    await this.#settled();
    return this.state?.agents.online ?? false;
  }

  async matchedEvents(): Promise<string[]> {
    await this.#settled();
    return [...(this.#rules?.matched ?? [])];
  }

  /** What the site wants, whatever the page has said. */
  async shouldShow(): Promise<boolean> {
    await this.#settled();
    return this.#offered;
  }

  get #offered(): boolean {
    if (this.state?.visibility !== 'rules') return this.state?.visibility === 'visible';
    return this.state.rules.length > 0 ? (this.#rules?.visible ?? false) : true;
  }

  /** Rejects where no connection comes up: what a page offers instead of the chat waits for the answer. */
  async #settled(): Promise<void> {
    if (!this.state) this.#update(await this.#wire.request('site.state', {}));
    await this.#engine.useIfAsked(() => {});
  }

  #update(state: SiteState): void {
    this.state = state;
    const follow = (engine: RuleEngine) => this.state && !this.#withdrawn && engine.update(this.state);
    if (state.rules.length > 0 && !this.#withdrawn) this.#engine.use(follow);
    else this.#engine.useIfAsked(follow);
    this.emit('changed');
  }

  #make(Engine: typeof RuleEngine): RuleEngine {
    this.#rules = new Engine({
      kind: this.#boot.sessionIds ? 'session' : 'local',
      site: this.#boot.site,
      heard: this.#boot.heard,
      onChange: () => this.#evaluated(),
      offered: () => this.visible,
      onOpen: () => this.emit('open'),
      onOfferCobrowse: () => this.emit('offer', true),
      onWithdrawOffer: () => this.emit('offer', false),
      onGreet: (greeting) => {
        this.greeting = greeting;
        this.emit('changed');
      },
    });
    return this.#rules;
  }

  #evaluated(): void {
    const former = this.#matched;
    this.#matched = this.#rules?.matched ?? [];
    if (this.#matched.some((name) => !former.includes(name))) this.emit('rule', this.#matched);
    this.emit('changed');
  }
}
