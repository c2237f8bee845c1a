import { beforeEach, expect, test, vi } from 'vitest';
import { CallDoor } from '#client/calling/CallDoor.ts';
import type { CallView } from '#protocol/calling.ts';
import type { CallId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { state, TestIdentity } from './VisitorTab.ts';

/** Here is no browser to show anything with. */
vi.mock('#client/ui/VisitorUi.tsx', () => ({
  VisitorUi: class {
    show() {}
  },
}));

beforeEach(() => void new FakePage());

const call: CallView = {
  id: newId<CallId>('c'),
  state: 'active',
  kind: 'screen',
  visitorId: newId('v'),
  agent: { email: 'anna@example.com', name: 'Anna' },
  startedAt: new Date(0).toISOString(),
  shareAgain: false,
  online: { visitor: true, agent: true },
};

function open() {
  const server = new FakeServer();
  const connection = new FakeConnection(server);
  const identity = new TestIdentity(connection, newId('v'));
  const told: string[] = [];
  new CallDoor({ identity: identity as never, language: 'en', onCall: ({ state: now }) => told.push(now) });
  const welcome = (calls: CallView[]) => identity.emit('welcome', { visitorId: call.visitorId, calls, state } as never);
  return { server, connection, identity, told, welcome };
}

test('[ID-80] a reset ends the call here at once, and the server hears of it', async () => {
  const { server, identity, told, welcome } = open();
  welcome([call]);
  await until(() => expect(told).toEqual(['active']));
  identity.leaving = true;
  identity.emit('leaving');
  await until(() => expect(told).toEqual(['active', 'ended']));
  expect(server.inputs('calling.end')).toEqual([{ callId: call.id, reason: 'ended' }]);
});

test('[ID-80] a page that has still to reset takes no call up, and none rings in it', async () => {
  const { connection, identity, told, welcome } = open();
  identity.leaving = true;
  welcome([call]);
  connection.hear('calling.offer', { call: { ...call, state: 'ringing' }, ringMs: 1_000 });
  connection.hear('calling.changed', { call });
  identity.leaving = false;
  const next = { ...call, id: newId<CallId>('c') };
  welcome([next]);
  await until(() => expect(told).toEqual(['active']));
});
