import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CobrowseHandle } from '#client/cobrowse/agent/CobrowseHandle.ts';
import { CobrowseDoor } from '#client/cobrowse/CobrowseDoor.ts';
import { AgentPage } from '#client/core/AgentPage.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { boot, state, TestIdentity } from './VisitorTab.ts';

/** Here is no browser to record or show anything with. */
vi.mock('#client/cobrowse/openSharing.ts', async () => {
  const { VisitorCobrowsing } = await import('#client/cobrowse/VisitorCobrowsing.ts');
  const parts = { show: () => {}, Recording: class {} as never };
  return { openSharing: (options: object) => new VisitorCobrowsing({ ...options, parts } as never) };
});

beforeEach(() => void new FakePage());

const session: CobrowseView = {
  id: newId<CobrowseId>('cb'),
  state: 'active',
  visitorId: newId('v'),
  startedBy: 'agent',
  viewers: [],
  startedAt: new Date(0).toISOString(),
  tabs: [],
  paused: false,
  online: true,
};

function open(
  cobrowse: typeof boot.cobrowse = { control: true, privacy: { maskAll: false, mask: [], unmask: [], block: [] } },
) {
  const server = new FakeServer();
  const connection = new FakeConnection(server);
  const identity = new TestIdentity(connection, newId('v'));
  const told: string[] = [];
  const door = new CobrowseDoor({
    boot: { ...boot, ...(cobrowse && { cobrowse }) },
    identity: identity as never,
    onCobrowse: ({ state: now }) => told.push(now),
  });
  return { server, connection, identity, door, told };
}

describe('the door of a page where nothing goes on', () => {
  test('[SHARE-10] a site that does not share pages says so', async () => {
    const { door, server } = open(null as never);
    await expect(door.start()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(door.code()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await door.stop();
    expect(server.asked).toEqual([]);
  });

  test('[SHARE-10] a session that goes on, here or in another tab, is taken up; one that ended is not', async () => {
    const { connection, told } = open();
    connection.hear('cobrowse.changed', { session: { ...session, state: 'ended', reason: 'ended' } });
    connection.hear('cobrowse.changed', { session });
    await until(() => expect(told).toEqual(['active']));
    const other = open();
    const welcome = { visitorId: newId('v'), token: 't', calls: [], state, cobrowse: session };
    other.identity.emit('welcome', welcome as never);
    await until(() => expect(other.told).toEqual(['active']));
  });

  test('[SHARE-10] whoever leaves takes the consent along', async () => {
    const { connection, identity, told, server } = open();
    connection.hear('cobrowse.changed', { session });
    await until(() => expect(told).toEqual(['active']));
    identity.emit('leaving');
    await until(() => expect(told).toEqual(['active', 'ended']));
    expect(server.inputs('cobrowse.end')).toEqual([{ id: session.id }]);
  });
});

test('[WRULE-30] an offer stands until it is answered, the page is shared, or somebody else comes', async () => {
  const { door, connection, identity, told } = open();
  let changes = 0;
  door.on('changed', () => changes++);
  door.offer(true);
  expect([door.isOffered, changes]).toEqual([true, 1]);
  door.offer(false);
  expect([door.isOffered, changes]).toEqual([false, 2]);
  door.offer(true);
  identity.emit('leaving');
  expect(door.isOffered).toBe(false);
  door.offer(true);
  connection.hear('cobrowse.changed', { session });
  await until(() => expect(told).toEqual(['active']));
  expect(door.isOffered).toBe(false);
  door.offer(true);
  expect(door.isOffered).toBe(false);
});

test('[WRULE-30] a refusal holds in this tab over reloads, for this visitor alone', () => {
  const first = open();
  first.door.offer(true);
  first.door.refuse();
  expect(first.door.isOffered).toBe(false);
  first.door.offer(true);
  expect(first.door.isOffered).toBe(false);
  const next = open();
  next.door.offer(true);
  expect(next.door.isOffered).toBe(false);
  next.identity.emit('leaving');
  next.door.offer(true);
  expect(next.door.isOffered).toBe(true);
});

describe('an agent’s page', () => {
  const page = () => {
    const tokens = { session: new KeptValue('session', 'agent:demo'), local: new KeptValue('local', 'agent:demo') };
    return new AgentPage({ boot, tokens, tell: () => {}, onAgent: () => {} });
  };

  test('[SHARE-10] has to authenticate, and asks for what there is', async () => {
    const asks: ((handle: CobrowseHandle, agent: AgentPage) => Promise<void>)[] = [
      (handle, agent) => agent.startCobrowse(handle, newId('v')),
      (handle, agent) => agent.joinCobrowse(handle, '123456'),
    ];
    for (const ask of asks) {
      const handle = new CobrowseHandle();
      await ask(handle, page());
      expect(handle.state).toBe('ended');
      await expect(handle.ready).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    for (const ask of ['startCobrowse', 'joinCobrowse'] as const) {
      const handle = new CobrowseHandle();
      await page()[ask](handle, 123456);
      await expect(handle.ready).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
    await expect(page().cobrowses()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
