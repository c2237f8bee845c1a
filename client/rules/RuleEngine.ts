import type { RuleId } from '#protocol/ids.ts';
import type { RuleOutcome, SiteState } from '#protocol/rules.ts';
import { evaluate } from './evaluate.ts';
import { PageView, type PageViewOptions } from './PageView.ts';

export interface RuleEngineOptions extends Pick<PageViewOptions, 'kind' | 'site' | 'heard'> {
  /** `visible` or `matched` may have changed. */
  onChange(): void;
  /** Whether the page lets the chat be seen, whatever the rules say: what they do waits for it. */
  offered(): boolean;
  /** At most once a page view, like the next ones. */
  onOpen(): void;
  onGreet(greeting: { id: RuleId; text: string }): void;
  onOfferCobrowse(): void;
  /** The page view is over, or nobody is there any more who could look. */
  onWithdrawOffer(): void;
}

/** Addresses change and time passes without anybody telling. */
const TICK_MS = 1_000;

/** Holds the site's action rules against what happens on this page. */
export class RuleEngine {
  readonly #options: RuleEngineOptions;
  readonly #view: PageView;
  #state: SiteState | undefined;
  #outcome: RuleOutcome | undefined;
  #opened = false;
  #greeted = false;
  #offeredCobrowse = false;
  /** It may be answered by now. */
  #isOffering = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Looks again: the page has gone on, or has another will than before. */
  readonly check = () => this.#evaluate();

  constructor(options: RuleEngineOptions) {
    this.#options = options;
    this.#view = new PageView({ ...options, onEvent: this.check });
    addEventListener('popstate', this.check);
    addEventListener('hashchange', this.check);
  }

  get visible(): boolean {
    return this.#outcome?.visible ?? false;
  }

  /** JavaScript events of the rules that match. */
  get matched(): readonly string[] {
    return this.#outcome?.matched ?? [];
  }

  update(state: SiteState): void {
    this.#state = state;
    this.#view.serve(state.rules);
    clearInterval(this.#timer);
    if (state.rules.length > 0) this.#timer = setInterval(this.check, TICK_MS);
    this.#evaluate();
  }

  /** The visitor has sent a message. */
  sent(): void {
    this.#view.sent();
    this.#evaluate();
  }

  /** Another visitor from now on. */
  forget(): void {
    this.#view.forget();
    this.#evaluate();
  }

  close(): void {
    this.#state = undefined;
    clearInterval(this.#timer);
    removeEventListener('popstate', this.check);
    removeEventListener('hashchange', this.check);
    this.#view.close();
  }

  #evaluate(): void {
    if (!this.#state) return;
    const { agents, open } = this.#state;
    const hasMoved = this.#view.moved();
    if (hasMoved || !agents.online) this.#withdrawOffer();
    if (hasMoved) this.#opened = this.#greeted = this.#offeredCobrowse = false;
    const former = this.#outcome;
    const outcome = evaluate(this.#state, { ...this.#view.facts, agents, open });
    this.#outcome = outcome;
    if (outcome.visible !== former?.visible || `${outcome.matched}` !== `${former.matched}`) this.#options.onChange();
    if (this.#options.offered()) this.#act(outcome);
  }

  #act(outcome: RuleOutcome): void {
    if (outcome.greet && !this.#greeted) {
      this.#greeted = true;
      this.#options.onGreet({ id: outcome.greet.ruleId, text: outcome.greet.text });
    }
    if (outcome.open && !this.#opened) {
      this.#opened = true;
      this.#options.onOpen();
    }
    if (outcome.offerCobrowse && !this.#offeredCobrowse) {
      this.#offeredCobrowse = this.#isOffering = true;
      this.#options.onOfferCobrowse();
    }
  }

  #withdrawOffer(): void {
    if (this.#isOffering) this.#options.onWithdrawOffer();
    this.#isOffering = false;
  }
}
