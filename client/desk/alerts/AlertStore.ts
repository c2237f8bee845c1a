import { effect, signal } from '@preact/signals';
import type { Conversation } from '#protocol/conversation.ts';
import type { ConversationStore } from '../conversations/ConversationStore.ts';
import { lastLine, titleOf } from '../conversations/conversationOf.ts';
import type { Router } from '../Router.ts';
import { texts } from '../texts/texts.ts';
import { chime } from './chime.ts';

const KEY = 'coview-desk-sound';

/** Calls the agent back to the desk: number in the title, a sound, and a notification where that was allowed. */
export class AlertStore {
  readonly sound = signal(localStorageGet(KEY) !== 'off');
  /** Of desktop notifications. */
  readonly permission = signal<NotificationPermission | 'unsupported'>(
    'Notification' in window ? Notification.permission : 'unsupported',
  );
  readonly #router: Router;
  readonly #undos: (() => void)[];
  readonly #title = document.title;

  constructor(conversations: ConversationStore, router: Router) {
    this.#router = router;
    this.#undos = [
      conversations.onNews((one) => this.#tell(one)),
      effect(() => {
        const { mine, unassigned } = conversations.unread.value;
        const count = mine + unassigned;
        document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
      }),
    ];
  }

  setSound(on: boolean): void {
    this.sound.value = on;
    try {
      localStorage.setItem(KEY, on ? 'on' : 'off');
    } catch {
      // Storage is forbidden: it holds for this page.
    }
  }

  /** Only ever from a click: browsers and people dislike to be asked out of the blue. */
  async ask(): Promise<void> {
    this.permission.value = await Notification.requestPermission();
  }

  close(): void {
    for (const undo of this.#undos) undo();
    document.title = this.#title;
  }

  #tell(conversation: Conversation): void {
    const { id } = conversation;
    const route = this.#router.route.value;
    const looking = document.visibilityState === 'visible' && document.hasFocus();
    if (looking && route.view === 'conversations' && route.conversation === id) return;
    if (this.sound.value) chime();
    if (looking || this.permission.value !== 'granted') return;
    const options = { body: lastLine(conversation), tag: id, silent: true };
    const note = new Notification(texts.alerts.from(titleOf(conversation)), options);
    note.onclick = () => {
      window.focus();
      this.#router.go({ view: 'conversations', conversation: id });
      note.close();
    };
  }
}

function localStorageGet(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
