import { computed, effect, signal } from '@preact/signals';
import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import type { CV } from '../../page/CV.ts';
import type { Router } from '../Router.ts';
import { OpenChat } from './OpenChat.ts';

/** The conversation on screen; it follows the address. */
export class ChatStore {
  readonly open = signal<OpenChat | undefined>(undefined);
  /** What was being written in each conversation. */
  readonly #drafts = new Map<string, string>();
  readonly #cv: CV;
  readonly #router: Router;
  readonly #undo: () => void;

  readonly #wanted = computed(() => {
    const route = this.#router.route.value;
    return route.view === 'conversations' ? route.conversation : undefined;
  });

  constructor(cv: CV, router: Router) {
    this.#cv = cv;
    this.#router = router;
    this.#undo = effect(() => this.#show(this.#wanted.value));
  }

  async setStatus(chat: OpenChat, status: ConversationStatus): Promise<void> {
    // An open conversation is read at once: marking it unread means to leave it.
    if (status === 'UNREAD') this.#router.go({ view: 'conversations' });
    await chat.setStatus(status);
  }

  /** The conversation on screen as of now. */
  get conversation(): Conversation | undefined {
    return this.open.value?.conversation.value;
  }

  close(): void {
    this.#undo();
    this.open.peek()?.close();
    this.open.value = undefined;
  }

  #show(id: string | undefined): void {
    const former = this.open.peek();
    if (former?.id === id) return;
    if (former) {
      this.#drafts.set(former.id, former.draft.peek());
      former.close();
    }
    this.open.value = id
      ? new OpenChat(this.#cv, id, {
          draft: this.#drafts.get(id) ?? '',
          onMoved: (to) => {
            this.#drafts.set(to, this.open.peek()?.draft.peek() ?? '');
            this.#router.replace({ view: 'conversations', conversation: to });
          },
        })
      : undefined;
  }
}
