import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { Cobrowsing } from './createCobrowsing.ts';

type CobrowseMethods = Extract<keyof Handlers, `cobrowse.${string}`>;

export function cobrowseHandlers({ cobrowses, help, feed, assets }: Cobrowsing): Pick<Handlers, CobrowseMethods> {
  const { doors } = cobrowses;
  return {
    'cobrowse.share': async (visitor) => ({ session: await doors.share(visitor) }),
    'cobrowse.code': (visitor) => doors.code(visitor),
    'cobrowse.answer': async (visitor, { id, accept }) => ({ session: await cobrowses.answer(visitor, id, accept) }),
    'cobrowse.grant': async (visitor, { id, agent, capabilities }) => ({
      session: await help.grant(visitor, id, agent, capabilities),
    }),
    'cobrowse.paused': (visitor, { id, paused }) => {
      help.paused(visitor, id, paused);
      return {};
    },
    'cobrowse.outcome': (visitor, { id, n, code }) => {
      help.outcome(visitor, id, n, code);
      return {};
    },
    'cobrowse.assets': (visitor, { id, hashes }) => {
      cobrowses.party(visitor, id);
      return { missing: assets.missing(id, hashes) };
    },
    'cobrowse.start': async (agent, { visitorId }) => ({ session: await doors.start(agent, visitorId) }),
    'cobrowse.join': async (agent, by) => ({ session: await doors.join(agent, by) }),
    'cobrowse.leave': (agent, { id }) => {
      cobrowses.leave(agent, id);
      return {};
    },
    'cobrowse.end': async (caller, { id }) => ({ session: await cobrowses.end(caller, id) }),
    'cobrowse.refresh': (agent, { id }) => {
      cobrowses.refresh(agent, id);
      return {};
    },
    'cobrowse.askControl': async (agent, { id, capabilities }) => ({
      session: await help.ask(agent, id, capabilities),
    }),
    'cobrowse.release': (agent, { id }) => ({ session: help.release(agent, id) }),
    'cobrowse.command': (agent, { id, n, command }) => {
      help.command(agent, id, n, command);
      return {};
    },
    'cobrowse.mark': (agent, { id, mark }) => {
      help.mark(agent, id, mark);
      return {};
    },
    'cobrowse.watch': (agent, { on }) => {
      if (on) return feed.watch(agent);
      feed.unwatch(agent);
      return [];
    },
  };
}
