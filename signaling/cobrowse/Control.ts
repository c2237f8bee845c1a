import type { CobrowseCapability, CobrowseView } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';

type Agent = CobrowseView['viewers'][number];

/** One page of an agent, and what it may do in the visitor's, or asks for. */
export interface Controller {
  readonly tab: TabId;
  readonly agent: Agent;
  readonly capabilities: readonly CobrowseCapability[];
}

/** Who acts in the visitor's page, by the visitor's own word, and who asks for it: one at a time each. */
export class Control {
  #granted: Controller | undefined;
  /** Whether the visitor’s word is written down: until then nobody acts on it. */
  #proven = false;
  #asked: Controller | undefined;

  get granted(): Controller | undefined {
    return this.#granted;
  }

  /** As this page of an agent’s is told, or whoever else there is. */
  viewFor(tab?: TabId): Pick<CobrowseView, 'control' | 'asked'> {
    if (this.#proven) return { control: told(this.#granted, tab), asked: told(this.#asked, tab) };
    // To those who look on, a question is open until its answer counts.
    return { control: undefined, asked: told(this.#asked ?? this.#granted, tab) };
  }

  /** The pages that act and ask. */
  get tabs(): (TabId | undefined)[] {
    return [this.#granted?.tab, this.#asked?.tab];
  }

  /** False while somebody else's question waits for its answer. */
  ask(controller: Controller): boolean {
    if (this.#asked && this.#asked.tab !== controller.tab) return false;
    this.#asked = controller;
    return true;
  }

  /** Whether this agent asks or acts. */
  concerns(email: string): boolean {
    return this.#asked?.agent.email === email || this.#granted?.agent.email === email;
  }

  /**
   * The visitor's answer to who asks, at most what was asked for, or less for who acts already. Nothing refuses and
   * revokes at once. Undefined if this agent neither asks nor acts, or not for so much.
   */
  answer(email: string, capabilities: readonly CobrowseCapability[]): 'granted' | 'refused' | 'revoked' | undefined {
    const asked = this.#asked?.agent.email === email ? this.#asked : undefined;
    const granted = this.#granted?.agent.email === email ? this.#granted : undefined;
    const basis = asked ?? granted;
    if (!basis || capabilities.some((one) => !basis.capabilities.includes(one))) return undefined;
    if (asked) this.#asked = undefined;
    if (capabilities.length > 0) {
      this.#granted = { ...basis, capabilities: [...new Set(capabilities)] };
      this.#proven = false;
      return 'granted';
    }
    if (!granted) return 'refused';
    this.#granted = undefined;
    return 'revoked';
  }

  /** The grant is written down, and counts from now on if it is still the one. */
  prove(granted: Controller | undefined): void {
    if (granted && granted === this.#granted) this.#proven = true;
  }

  may(tab: TabId, capability: CobrowseCapability): boolean {
    return this.#proven && this.#granted?.tab === tab && this.#granted.capabilities.includes(capability);
  }

  /** Neither acts nor asks any more. Answers what it could do until now. */
  drop(tab: TabId): { asked?: Controller | undefined; granted?: Controller | undefined } {
    const asked = this.#asked?.tab === tab ? this.#asked : undefined;
    const granted = this.#granted?.tab === tab ? this.#granted : undefined;
    if (asked) this.#asked = undefined;
    if (granted) this.#granted = undefined;
    return { asked, granted };
  }

  clear(): void {
    this.#asked = undefined;
    this.#granted = undefined;
  }
}

function told(controller: Controller | undefined, to: TabId | undefined): CobrowseView['control'] {
  if (!controller) return undefined;
  const { agent, capabilities, tab } = controller;
  return { agent, capabilities: [...capabilities], ...(tab === to && { here: true }) };
}
