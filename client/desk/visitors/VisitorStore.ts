import { computed, signal } from '@preact/signals';
import type { Agent } from '#protocol/identity.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import type { CV } from '../../page/CV.ts';
import { matches } from '../person/person.ts';

/** Who is on the site now. */
export class VisitorStore {
  /** Undefined until the first list is there. */
  readonly users = signal<readonly ActiveUser[] | undefined>(undefined);
  readonly search = signal('');
  readonly selected = signal<ActiveUser | undefined>(undefined);
  readonly #agent: Agent;
  readonly #undo: () => void;

  /** Own customers first, then who has been here longest: nobody's row jumps when somebody comes. */
  readonly found = computed(() => {
    const found = this.users.value?.filter((user) => matches(user, this.search.value)) ?? [];
    const others = (user: ActiveUser) => Number(!this.isMine(user));
    return found.sort((a, b) => others(a) - others(b) || a.since.localeCompare(b.since));
  });

  /** The chosen user as of now; who left stays to be read. */
  readonly detail = computed(() => {
    const chosen = this.selected.value;
    if (!chosen) return undefined;
    const here = this.users.value?.find(({ visitorId }) => visitorId === chosen.visitorId);
    return { user: here ?? chosen, here: here !== undefined };
  });

  constructor(cv: CV, agent: Agent) {
    this.#agent = agent;
    this.#undo = cv.user.onChange((users) => {
      this.users.value = users;
    });
  }

  isMine(user: ActiveUser): boolean {
    return user.assignedUser === this.#agent.email;
  }

  close(): void {
    this.#undo();
  }
}
