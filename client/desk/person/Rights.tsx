import { useState } from 'preact/hooks';
import type { Conversation } from '#protocol/conversation.ts';
import { titleOf } from '../conversations/conversationOf.ts';
import { download } from '../parts/download.ts';
import { codeOf, failureOf } from '../texts/failure.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { EraseDialog } from './EraseDialog.tsx';

/** What admins do for a person who asks what is kept of them, or to be forgotten. */
export function Rights({ work, conversation }: { work: Workplace; conversation: Conversation }) {
  const { who: words } = texts;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const [erasing, setErasing] = useState(false);
  const { customerId } = conversation;
  const exportAll = async () => {
    setBusy(true);
    setError('');
    try {
      download(`${customerId}.json`, await work.cv.rest.request('GET', `customers/${customerId}/export`));
    } catch (failure) {
      setError(failureOf(codeOf(failure)));
    }
    setBusy(false);
  };
  return (
    <section class="panel-section">
      <h3>{words.rights}</h3>
      <div class="buttons">
        <button type="button" data-test="export" disabled={busy} onClick={() => void exportAll()}>
          {busy ? words.exporting : words.export}
        </button>
        <button type="button" class="danger" data-test="erase" onClick={() => setErasing(true)}>
          {words.erase}
        </button>
      </div>
      <p class="trouble" role="alert">
        {error}
      </p>
      {erasing && (
        <EraseDialog
          name={titleOf(conversation)}
          onClose={() => setErasing(false)}
          onErase={async () => {
            await work.cv.rest.request('DELETE', `customers/${customerId}`);
            setErasing(false);
            work.router.go({ view: 'conversations' });
          }}
        />
      )}
    </section>
  );
}
