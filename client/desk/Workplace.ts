import { effect, signal, untracked } from '@preact/signals';
import type { Agent } from '#protocol/identity.ts';
import type { CV } from '../page/CV.ts';
import { AgentStore } from './agents/AgentStore.ts';
import { AlertStore } from './alerts/AlertStore.ts';
import type { CallStore } from './calls/CallStore.ts';
import { CannedStore } from './chat/CannedStore.ts';
import { ChatStore } from './chat/ChatStore.ts';
import type { CobrowseStore } from './cobrowse/CobrowseStore.ts';
import { ConversationStore } from './conversations/ConversationStore.ts';
import { visitorName } from './person/visitorName.ts';
import type { Router } from './Router.ts';
import { VisitorStore } from './visitors/VisitorStore.ts';

export interface WorkplaceOptions {
  cv: CV;
  agent: Agent;
  site: string;
  router: Router;
  calls: CallStore;
  cobrowse: CobrowseStore;
}

const TICK_MS = 15_000;

/** What a signed-in agent works with: one store a feature, put together here and nowhere else. */
export class Workplace {
  readonly cv: CV;
  readonly agent: Agent;
  readonly site: string;
  readonly router: Router;
  readonly calls: CallStore;
  readonly cobrowse: CobrowseStore;
  readonly agents: AgentStore;
  readonly visitors: VisitorStore;
  readonly conversations: ConversationStore;
  readonly canned: CannedStore;
  readonly chat: ChatStore;
  readonly alerts: AlertStore;
  readonly connected = signal(true);
  /** The time that “3 minutes ago” counts from. */
  readonly now = signal(Date.now());
  readonly #tick: ReturnType<typeof setInterval>;
  readonly #undos: (() => void)[];

  constructor({ cv, agent, site, router, calls, cobrowse }: WorkplaceOptions) {
    this.cv = cv;
    this.agent = agent;
    this.site = site;
    this.router = router;
    this.calls = calls;
    this.cobrowse = cobrowse;
    this.agents = new AgentStore(cv, agent);
    this.visitors = new VisitorStore(cv, agent);
    this.conversations = new ConversationStore(cv, agent);
    this.canned = new CannedStore(cv);
    this.chat = new ChatStore(cv, router);
    this.alerts = new AlertStore(this.conversations, router);
    this.#undos = [
      cv.on('connection', ({ connected }) => {
        this.connected.value = connected;
      }),
      cobrowse.follow(),
      effect(() => {
        const [own, visitorId] = [cobrowse.own.value, cobrowse.visitorId.value];
        if (own && visitorId) own.rename(visitorName(this, visitorId));
      }),
      effect(() => {
        const route = router.route.value;
        if (route.view !== 'visitors' || !route.cobrowse) return;
        const asked = route.cobrowse;
        // A reload must not ask a second time.
        untracked(() => {
          router.replace({ view: 'visitors' });
          cobrowse.join(asked);
        });
      }),
    ];
    this.#tick = setInterval(() => {
      this.now.value = Date.now();
    }, TICK_MS);
  }

  get isAdmin(): boolean {
    return this.agent.role === 'admin';
  }

  close(): void {
    clearInterval(this.#tick);
    for (const undo of this.#undos) undo();
    for (const store of [this.alerts, this.chat, this.conversations, this.visitors, this.agents]) store.close();
  }
}
