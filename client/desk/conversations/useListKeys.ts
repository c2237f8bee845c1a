import type { Signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { isTyping } from '../parts/isTyping.ts';
import type { Workplace } from '../Workplace.ts';

/** J and K open the next and the former conversation, Escape leaves it; where the person is over it, that first. */
export function useListKeys(work: Workplace, personOf: Signal<string | undefined>): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || event.defaultPrevented) return;
      const route = work.router.route.value;
      const open = route.view === 'conversations' ? route.conversation : undefined;
      if (event.key === 'Escape' && open && !document.fullscreenElement) {
        if (personOf.value === open) personOf.value = undefined;
        else work.router.go({ view: 'conversations' });
      }
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (step === undefined) return;
      event.preventDefault();
      const rows = work.conversations.rows.value;
      const at = rows.findIndex(({ id }) => id === open);
      const next = at < 0 ? rows[0] : rows[at + step];
      if (!next) return;
      work.router.go({ view: 'conversations', conversation: next.id });
      document.querySelector(`[data-conversation="${next.id}"]`)?.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [work]);
}
