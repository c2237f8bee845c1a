import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentCobrowsing } from '#client/cobrowse/agent/AgentCobrowsing.ts';
import { CobrowseHandle } from '#client/cobrowse/agent/CobrowseHandle.ts';
import type { Face } from '#client/cobrowse/agent/Face.ts';
import type { CobrowsePanelState } from '#client/ui/cobrowse/agent/CobrowsePanelState.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { AgentWire } from './AgentWire.ts';
import { FakeMirror } from './FakeMirror.ts';
import { FakeServer } from './FakeServer.ts';
import { boot } from './VisitorTab.ts';

const me = { email: 'anna@example.com', name: 'Anna' };
const ben = { email: 'ben@example.com', name: 'Ben' };
const agent = { id: newId('a'), ...me } as unknown as Agent;
const visitorId = newId<VisitorId>('v');

let server: FakeServer;
let wire: AgentWire;
let cobrowsing: AgentCobrowsing;
let mirror: FakeMirror;
let panel: CobrowsePanelState;
let panelClosed: boolean;
let staged: HTMLElement | undefined;
let attached: unknown[];
let face: Face;
let resumed: CobrowseHandle[];
let load: () => void;
let view: CobrowseView;

function change(changes: Partial<CobrowseView>): void {
  view = { ...view, ...changes };
  wire.hear('cobrowse.changed', { session: view });
}

function arrive({ loaded = true } = {}): void {
  wire = new AgentWire(server);
  mirror = new FakeMirror();
  panelClosed = false;
  staged = undefined;
  attached = [];
  resumed = [];
  panel = undefined as never;
  const loading = new Promise<void>((resolve) => {
    load = resolve;
  });
  if (loaded) load();
  face = {
    mirror,
    panel: {
      show: (state) => {
        panel = state;
      },
      stage: (element) => {
        staged = element;
      },
      attach: (element) => attached.push(element),
      close: () => {
        panelClosed = true;
      },
    },
  };
  cobrowsing = new AgentCobrowsing({
    wire: wire as never,
    boot: { ...boot, cobrowse: { control: true, privacy: { maskAll: false, mask: [], unmask: [], block: [] } } },
    language: 'en',
    token: 'tk-1',
    directory: { nameOf: async () => 'Jane Roe' },
    onAgain: (handle) => resumed.push(handle),
    loadFace: async ({ panel }) => {
      await loading;
      panel?.stage(mirror.element);
      return face;
    },
  });
  cobrowsing.welcome({ agent, calls: [], cobrowses: [] }, () => {});
}

async function started(state: CobrowseView['state'] = 'active'): Promise<CobrowseHandle> {
  const handle = new CobrowseHandle();
  await cobrowsing.start(handle, visitorId);
  if (state !== 'ringing') change({ state, viewers: [me], consentedAt: view.startedAt });
  await until(() => expect(panel).toBeDefined());
  return handle;
}

beforeEach(() => {
  server = new FakeServer();
  view = {
    id: newId<CobrowseId>('cb'),
    state: 'ringing',
    visitorId,
    startedBy: 'agent',
    agent: me,
    viewers: [],
    startedAt: new Date(0).toISOString(),
    tabs: [],
    paused: false,
    online: true,
  };
  const answer = () => ({ session: view });
  for (const name of ['start', 'join', 'askControl', 'release', 'end']) server.handlers.set(`cobrowse.${name}`, answer);
  arrive();
});
afterEach(() => {
  cobrowsing.close();
  vi.unstubAllGlobals();
});

describe('a session of an agent’s page', () => {
  test('[AGCO-1] a handle is there at once and tells every state; `ready` is when the page is seen', async () => {
    const handle = new CobrowseHandle();
    const states: string[] = [];
    handle.on('state', (state) => states.push(state));
    expect(handle.state).toBe('ringing');
    await cobrowsing.start(handle, visitorId);
    expect(server.inputs('cobrowse.start')).toEqual([{ visitorId }]);
    change({ state: 'connecting' });
    change({ state: 'active', viewers: [me] });
    await handle.ready;
    expect(handle).toMatchObject({ id: view.id, session: { viewers: [me] } });
    change({ state: 'ended', reason: 'revoked' });
    expect([states, handle.reason]).toEqual([['ringing', 'connecting', 'active', 'ended'], 'revoked']);
  });

  test('[AGCO-1] one that ends before rejects `ready` with the reason as its cause; a refusal keeps its code', async () => {
    const declined = await started('ringing');
    change({ state: 'ended', reason: 'declined' });
    await expect(declined.ready).rejects.toMatchObject({ code: 'DECLINED', cause: 'declined' });
    server.handlers.set('cobrowse.start', () => {
      throw new CvError('CALL_BUSY', 'busy');
    });
    const busy = new CobrowseHandle();
    await cobrowsing.start(busy, visitorId);
    await expect(busy.ready).rejects.toMatchObject({ code: 'CALL_BUSY' });
    await until(() => expect(panel).toMatchObject({ state: 'ended', errorCode: 'CALL_BUSY' }));
  });

  test('[AGCO-2] six digits join by code, with whatever people write between them; anything else is an id', async () => {
    await cobrowsing.join(new CobrowseHandle(), ' 123-456 ');
    expect(server.inputs('cobrowse.join')).toEqual([{ code: '123456' }]);
    const again = new CobrowseHandle();
    await cobrowsing.join(again, view.id);
    await expect(again.ready).rejects.toMatchObject({ code: 'CONFLICT' });
    change({ state: 'ended', reason: 'ended' });
    await cobrowsing.join(new CobrowseHandle(), view.id);
    expect(server.inputs('cobrowse.join').at(-1)).toEqual({ id: view.id });
  });

  test('[AGCO-3] frames reach the mirror as they are, those that come before it is loaded too', async () => {
    arrive({ loaded: false });
    const handle = new CobrowseHandle();
    await cobrowsing.start(handle, visitorId);
    change({ state: 'connecting', viewers: [me] });
    wire.hearFrame(view.id, 1, 'full', 0);
    wire.hearFrame(newId('cb'), 9);
    wire.hearFrame(view.id, 2);
    load();
    await until(() => expect(mirror.given).toContain(2));
    wire.hearFrame(view.id, 3);
    expect(mirror.given.filter((one) => typeof one === 'number')).toEqual([1, 2, 3]);
    change({ state: 'ended', reason: 'revoked' });
    wire.hearFrame(view.id, 4);
    expect(mirror.given).not.toContain(4);
    expect(mirror.closed).toBe(true);
  });

  test('[AGCO-3] the page that whoever joins is sent before the answer is shown, too; another’s is not', async () => {
    view = { ...view, state: 'active', viewers: [ben] };
    server.handlers.set('cobrowse.join', () => {
      wire.hearFrame(view.id, 1, 'full', 0);
      wire.hearFrame(newId('cb'), 9);
      wire.hearFrame(view.id, 2);
      return { session: view };
    });
    await cobrowsing.join(new CobrowseHandle(), view.id);
    wire.hearFrame(view.id, 3);
    await until(() => expect(mirror.given).toContain(3));
    expect(mirror.given.filter((one) => typeof one === 'number')).toEqual([1, 2, 3]);
  });

  test('[AGCO-4] a gap asks for the whole page anew, once until it comes', async () => {
    await started();
    mirror.emit('gap');
    mirror.emit('gap');
    expect(server.inputs('cobrowse.refresh')).toEqual([{ id: view.id }]);
    wire.hearFrame(view.id, 1, 'full', 0);
    mirror.emit('gap');
    expect(server.inputs('cobrowse.refresh')).toHaveLength(2);
  });

  test('[AGCO-5] what the mirror wants is fetched with this agent’s token and handed in, each once at a time', async () => {
    const [have, lack] = ['a'.repeat(64), 'b'.repeat(64)];
    const asked: [string, unknown][] = [];
    vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
      asked.push([address, new Headers(init.headers).get('authorization')]);
      return address.endsWith(have) ? new Response('picture', { headers: { 'content-type': 'image/png' } }) : lost();
    });
    const lost = () => new Response(null, { status: 404 });
    await started();
    // A mirror that a forged page has taken over gets nothing else with the token.
    mirror.emit('wants', ['../../../../api/visitors', 'a', `${have}/..`, {} as string, '']);
    mirror.emit('wants', [have, lack]);
    mirror.emit('wants', [have]);
    await until(() => expect(mirror.given).toContainEqual([have, 'image/png', 'picture']));
    await until(() => expect(mirror.given).toContainEqual([lack, '', null]));
    expect(asked).toEqual(
      [have, lack].map((hash) => [`https://coview.example/cobrowse/demo/${view.id}/assets/${hash}`, 'Bearer tk-1']),
    );
  });

  test('[AGCO-6] after a lost connection the page watches again; what the server counts it to no more, it joins anew', async () => {
    await started();
    wire.lose();
    expect(panel.connected).toBe(false);
    wire.comeBack();
    cobrowsing.welcome({ agent, calls: [], cobrowses: [view] }, () => expect.unreachable());
    expect(server.inputs('cobrowse.join')).toEqual([{ id: view.id }]);
    expect(panel).toMatchObject({ connected: true, state: 'active' });
    cobrowsing.welcome({ agent, calls: [], cobrowses: [] }, () => expect.unreachable());
    await until(() => expect(server.inputs('cobrowse.join')).toHaveLength(2));
    server.handlers.set('cobrowse.join', () => {
      throw new CvError('NOT_FOUND', 'gone');
    });
    cobrowsing.welcome({ agent, calls: [], cobrowses: [] }, () => expect.unreachable());
    await until(() => expect(panel).toMatchObject({ state: 'ended', reason: 'disconnected' }));
  });

  test('[AGCO-6] a reloaded page is given its sessions back and joins those that have begun', async () => {
    const resumed: CobrowseHandle[] = [];
    view.state = 'active';
    const asking = { ...view, id: newId<CobrowseId>('cb'), state: 'ringing' as const };
    cobrowsing.welcome({ agent, calls: [], cobrowses: [view, asking] }, (handle) => resumed.push(handle));
    expect(resumed.map(({ id, state }) => [id, state])).toEqual([
      [view.id, 'active'],
      [asking.id, 'ringing'],
    ]);
    expect(server.inputs('cobrowse.join')).toEqual([{ id: view.id }]);
  });

  test('[AGCO-7] what is granted is used at once, and what is taken back at once no more', async () => {
    const handle = await started();
    await handle.askControl(['pointer', 'type']);
    expect(server.inputs('cobrowse.askControl')).toEqual([{ id: view.id, capabilities: ['pointer', 'type'] }]);
    change({ asked: { agent: me, here: true, capabilities: ['pointer', 'type'] } });
    // Nothing acts in the page before the agent does.
    mirror.emit('command', { do: 'scroll', node: 1, by: { x: 0, y: 6 } });
    change({ asked: undefined, control: { agent: me, here: true, capabilities: ['pointer'] } });
    expect(mirror.given.at(-1)).toEqual(['control', 'pointer']);
    expect(panel.mode).toBe('control');
    mirror.emit('command', { do: 'scroll', node: 1, by: { x: 0, y: 5 } });
    expect(server.inputs('cobrowse.command')).toMatchObject([{ id: view.id, n: 0, command: { do: 'scroll' } }]);
    change({ control: undefined });
    expect(mirror.given.at(-1)).toEqual(['view']);
    handle.mode('control');
    expect(mirror.given.at(-1)).toEqual(['view']);
  });

  test('[AGCO-7] somebody else’s control is not this agent’s', async () => {
    await started();
    change({ control: { agent: ben, capabilities: ['pointer'] } });
    expect(panel.mode).toBe('view');
    expect(mirror.given.flat()).not.toContain('pointer');
  });

  test('[AGCO-7] nor is what another page of the same agent’s may do; it can be taken over from there', async () => {
    const handle = await started();
    change({ control: { agent: me, capabilities: ['pointer'] } });
    expect(panel.mode).toBe('view');
    handle.mode('control');
    mirror.emit('command', { do: 'scroll', node: 1, by: { x: 0, y: 5 } });
    expect([mirror.given.flat(), server.inputs('cobrowse.command')]).toEqual([['view'], []]);
    change({ asked: { agent: me, here: true, capabilities: ['scroll'] } });
    change({ asked: undefined, control: { agent: me, here: true, capabilities: ['scroll'] } });
    expect(panel.mode).toBe('control');
    change({ control: { agent: me, capabilities: ['scroll'] } });
    expect(panel.mode).toBe('view');
  });

  test('[AGCO-8] a refusal is said; what the agent takes back is none', async () => {
    const handle = await started();
    change({ asked: { agent: me, here: true, capabilities: ['pointer'] } });
    change({ asked: undefined });
    expect(panel.trouble).toEqual({ n: 1, code: 'DECLINED' });
    change({ asked: { agent: me, here: true, capabilities: ['pointer'] } });
    view = { ...view, asked: undefined };
    await handle.release();
    expect(panel.trouble?.n).toBe(1);
    wire.hear('cobrowse.outcome', { id: view.id, n: 0, code: 'FORBIDDEN' });
    expect(panel.trouble).toEqual({ n: 2, code: 'FORBIDDEN' });
    await handle.askControl(['pointer']);
    expect(panel.trouble).toBeUndefined();
  });

  test('[AGCO-9] marks go out, and those of the others come in', async () => {
    const handle = await started();
    handle.mode('laser');
    mirror.emit('mark', { mark: 'laser', at: { x: 3, y: 4 } });
    expect(server.inputs('cobrowse.mark')).toEqual([{ id: view.id, mark: { mark: 'laser', at: { x: 3, y: 4 } } }]);
    wire.hear('cobrowse.mark', { id: view.id, agent: ben, mark: { mark: 'none' } });
    expect(mirror.given.at(-1)).toEqual(['Ben', { mark: 'none' }]);
  });

  test('[AGCO-10] an end is shown at once and told as soon as the server can be reached; who leaves ends nothing', async () => {
    const handle = await started();
    wire.lose();
    handle.end();
    expect(handle).toMatchObject({ state: 'ended', reason: 'ended' });
    expect(server.inputs('cobrowse.end')).toEqual([]);
    wire.comeBack();
    await until(() => expect(server.inputs('cobrowse.end')).toEqual([{ id: view.id }]));
    view = { ...view, id: newId<CobrowseId>('cb'), state: 'active' };
    const other = new CobrowseHandle();
    await cobrowsing.join(other, view.id);
    other.leave();
    expect(panelClosed).toBe(true);
    await until(() => expect(server.inputs('cobrowse.leave')).toEqual([{ id: view.id }]));
    expect(server.inputs('cobrowse.end')).toHaveLength(1);
  });

  test('[AGCO-10] one that was given up before the server answered is ended there', async () => {
    const handle = new CobrowseHandle();
    const begun = cobrowsing.start(handle, visitorId);
    handle.end();
    await begun;
    expect(handle.reason).toBe('cancelled');
    await until(() => expect(server.inputs('cobrowse.end')).toEqual([{ id: view.id }]));
  });

  test('[AGCO-13] asks again from the panel of a session that is over: another handle, the same panel in its place', async () => {
    const handle = await started('ringing');
    const dock = {} as HTMLElement;
    handle.attach(dock);
    handle.rename('Amber Otter');
    panel.again?.();
    expect(server.inputs('cobrowse.start')).toHaveLength(1);
    change({ state: 'ended', reason: 'declined' });
    const former = mirror;
    mirror = face.mirror = new FakeMirror();
    view = { ...view, id: newId<CobrowseId>('cb'), state: 'ringing' };
    delete view.reason;
    panel.again?.();
    expect(panel).toMatchObject({ state: 'ringing', visitor: 'Amber Otter' });
    expect(server.inputs('cobrowse.start')).toEqual([{ visitorId }, { visitorId }]);
    await until(() => expect(staged).toBe(mirror.element));
    expect([former.closed, mirror.closed, panelClosed]).toEqual([true, false, false]);
    const [next] = resumed;
    expect(next).toMatchObject({ state: 'ringing', visitorId });
    await until(() => expect(next?.id).toBe(view.id));
    change({ state: 'active', viewers: [me] });
    expect([next?.state, handle.state, panel.state]).toEqual(['active', 'ended', 'active']);
    expect(attached).toContain(dock);
    cobrowsing.refused(new CvError('UNAUTHENTICATED', 'revoked'));
    expect(panel.errorCode).toBe('UNAUTHENTICATED');
  });

  test('[AGCO-13] it says what the server answers, and can be tried again', async () => {
    await started('ringing');
    change({ state: 'ended', reason: 'missed' });
    for (const code of ['RATE_LIMITED', 'VISITOR_OFFLINE'] as const) {
      server.handlers.set('cobrowse.start', () => {
        throw new CvError(code, 'not now');
      });
      panel.again?.();
      await until(() => expect(panel).toMatchObject({ state: 'ended', errorCode: code }));
    }
    expect(panelClosed).toBe(false);
  });

  test('[AGCO-13] whom nobody knows cannot be asked again', async () => {
    server.handlers.set('cobrowse.join', () => {
      throw new CvError('NOT_FOUND', 'no such code');
    });
    await cobrowsing.join(new CobrowseHandle(), '123456');
    await until(() => expect(panel).toMatchObject({ state: 'ended', errorCode: 'NOT_FOUND' }));
    expect(panel.again).toBeUndefined();
  });

  test('[AGCO-14] a visitor is called what the agent’s page calls them, else as tagged', async () => {
    const handle = await started();
    await until(() => expect(panel.visitor).toBe('Jane Roe'));
    handle.rename('Amber Otter');
    expect(panel.visitor).toBe('Amber Otter');
  });

  test('[AGCO-11] a page that is let in no more says so', async () => {
    await started();
    cobrowsing.refused(new CvError('UNAUTHENTICATED', 'revoked'));
    expect(panel).toMatchObject({ state: 'ended', errorCode: 'UNAUTHENTICATED' });
    expect(mirror.closed).toBe(true);
  });
});
