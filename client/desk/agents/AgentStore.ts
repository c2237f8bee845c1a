import { computed, signal } from '@preact/signals';
import type { Agent, AgentStatus, Availability } from '#protocol/identity.ts';
import type { CV } from '../../page/CV.ts';
import { plainName } from '../../ui/plainName.ts';

/** Who works here, and whether this agent takes chats. */
export class AgentStore {
  readonly me: Agent;
  readonly availability = signal<Availability>('online');
  /** As of the last `refresh`; empty before. */
  readonly all = signal<readonly AgentStatus[]>([]);
  readonly teams = computed(() => [...new Set(this.all.value.flatMap(({ teams }) => teams))].sort());
  readonly failed = signal(false);
  readonly #cv: CV;
  /** The availability that the server has. */
  #kept: Availability;
  /** How often it was asked to take another one. */
  #asked = 0;
  #closed = false;

  constructor(cv: CV, me: Agent) {
    this.#cv = cv;
    this.me = plain(me);
    this.#kept = me.availability ?? 'online';
    this.availability.value = this.#kept;
    void this.refresh();
  }

  /** States and loads change all the time: asked for whenever somebody is about to look at them. */
  async refresh(): Promise<void> {
    const all = await this.#cv.agents.list().catch(() => undefined);
    if (all && !this.#closed) this.all.value = all.map(plain);
  }

  async setAvailability(availability: Availability): Promise<void> {
    const nth = ++this.#asked;
    this.availability.value = availability;
    this.failed.value = false;
    const isTaken = await this.#cv.agents.setAvailability(availability).then(
      () => true,
      () => false,
    );
    if (isTaken) this.#kept = availability;
    if (nth !== this.#asked) return;
    this.availability.value = this.#kept;
    this.failed.value = !isTaken;
  }

  nameOf(email: string): string {
    if (email === this.me.email) return this.me.name;
    return this.all.value.find((agent) => agent.email === email)?.name ?? email;
  }

  close(): void {
    this.#closed = true;
  }
}

/** Names stand beside other words everywhere. */
const plain = <Named extends { name: string }>(agent: Named): Named => ({ ...agent, name: plainName(agent.name) });
