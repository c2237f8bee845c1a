import { expect, test } from 'vitest';
import { CobrowseList } from '#client/cobrowse/agent/CobrowseList.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';

test('[AGCO-12] the list is followed while somebody watches it, without what is over, and again after an outage', async () => {
  const server = new FakeServer();
  const connection = new FakeConnection(server);
  const list = new CobrowseList(connection.wire, new Set());
  const view: CobrowseView = {
    id: newId<CobrowseId>('cb'),
    state: 'ringing',
    visitorId: newId<VisitorId>('v'),
    startedBy: 'agent',
    viewers: [],
    startedAt: new Date(0).toISOString(),
    tabs: [],
    paused: false,
    online: true,
  };
  server.handlers.set('cobrowse.watch', ({ on }: { on: boolean }) => (on ? [view] : []));
  const lists: string[][] = [];
  const undo = list.onChange((all) => lists.push(all.map(({ state }) => state)));
  await until(() => expect(lists).toEqual([['ringing']]));
  connection.hear('cobrowse.sessions', { changed: [{ ...view, state: 'active' }], gone: [] });
  expect(await list.list()).toMatchObject([{ state: 'active' }]);
  connection.hear('cobrowse.sessions', { changed: [{ ...view, state: 'ended' }], gone: [] });
  expect(lists).toEqual([['ringing'], ['active'], []]);
  list.resume();
  await until(() => expect(lists.at(-1)).toEqual(['ringing']));
  undo();
  expect(server.inputs('cobrowse.watch').at(-1)).toEqual({ on: false });
  expect(await list.list()).toHaveLength(1);
});
