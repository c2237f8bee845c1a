import { CvError } from '#protocol/errors.ts';
import type { CannedAnswerId, ConversationId, NoteId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { viewerOf } from '#signaling/presence/Visitor.ts';
import type { CannedAnswerRecord } from '#signaling/store/ChatStore.ts';
import type { Store } from '#signaling/store/Store.ts';
import { taken } from '#signaling/store/taken.ts';
import type { AgentAccess } from './AgentAccess.ts';
import { cannedView, noteView } from './views.ts';

type DeskRoutes =
  | 'listNotes'
  | 'addNote'
  | 'deleteNote'
  | 'listCannedAnswers'
  | 'createCannedAnswer'
  | 'updateCannedAnswer'
  | 'deleteCannedAnswer';

/** Every page of every agent holds all of them. */
const MAX_CANNED = 1_000;
const MAX_NOTES = 1_000;

/** What agents keep beside the conversations: notes, and answers that come up often. */
export function deskRoutes(
  access: Pick<AgentAccess, 'require' | 'at'>,
  { chat }: Pick<Store, 'chat'>,
  outlet: Pick<Outlet, 'toConversation'>,
): Pick<RestHandlers, DeskRoutes> {
  const findCanned = async (site: SiteId, id: CannedAnswerId): Promise<CannedAnswerRecord> => {
    const found = (await chat.listCannedAnswers(site)).find((answer) => answer.id === id);
    if (!found) throw new CvError('NOT_FOUND', `There is no canned answer ${id}.`);
    return found;
  };
  const save = (answer: CannedAnswerRecord) =>
    chat
      .saveCannedAnswer(answer)
      .catch(taken(`Another canned answer has the shortcut ${answer.shortcut}; change that one, or take another.`));
  const place = async (caller: Parameters<typeof viewerOf>[0] & { site: SiteId }, id: ConversationId) =>
    (await access.require(caller.site, viewerOf(caller), id)).id;
  const notesChanged = (conversationId: ConversationId) =>
    outlet.toConversation(conversationId, 'agent', 'conversation.notes', { conversationId });
  return {
    listNotes: async ({ caller, params }) => {
      const id = await place(caller, params.conversationId);
      return { items: (await chat.listNotes(caller.site, id)).map(noteView) };
    },
    addNote: ({ caller, params, body }) =>
      access.at(caller.site, viewerOf(caller), params.conversationId, async ({ id: conversationId }) => {
        if ((await chat.listNotes(caller.site, conversationId)).length >= MAX_NOTES) {
          throw new CvError('CONFLICT', `A conversation has at most ${MAX_NOTES} notes; remove one first.`);
        }
        const agent = caller.kind === 'agent' ? caller.agent.email : undefined;
        const id = newId<NoteId>('n');
        const note = { id, site: caller.site, conversationId, at: Date.now(), agent, text: body.text };
        if (!(await chat.addNote(note).then(() => true, isGone))) return undefined;
        notesChanged(conversationId);
        return noteView(note);
      }),
    deleteNote: async ({ caller, params }) => {
      const id = await place(caller, params.conversationId);
      if (!(await chat.deleteNote(caller.site, id, params.noteId))) {
        throw new CvError('NOT_FOUND', `There is no note ${params.noteId} on this conversation.`);
      }
      notesChanged(id);
      return undefined;
    },
    listCannedAnswers: async ({ caller }) => ({
      items: (await chat.listCannedAnswers(caller.site)).map(cannedView),
    }),
    createCannedAnswer: async ({ caller, body }) => {
      if ((await chat.listCannedAnswers(caller.site)).length >= MAX_CANNED) {
        throw new CvError('CONFLICT', `A site has at most ${MAX_CANNED} canned answers; remove one first.`);
      }
      const answer = { ...body, id: newId<CannedAnswerId>('ca'), site: caller.site };
      await save(answer);
      return cannedView(answer);
    },
    updateCannedAnswer: async ({ caller, params, body }) => {
      const known = await findCanned(caller.site, params.cannedId);
      const answer = { ...known, shortcut: body.shortcut ?? known.shortcut, text: body.text ?? known.text };
      await save(answer);
      return cannedView(answer);
    },
    deleteCannedAnswer: async ({ caller, params }) => {
      if (await chat.deleteCannedAnswer(caller.site, params.cannedId)) return undefined;
      throw new CvError('NOT_FOUND', `There is no canned answer ${params.cannedId}.`);
    },
  };
}

/** The conversation of a note is no more. */
function isGone(error: unknown): false {
  if (error instanceof CvError && error.code === 'NOT_FOUND') return false;
  throw error;
}
