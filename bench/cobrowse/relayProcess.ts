import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { FRAME_HEADER_BYTES } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { FrameSocket } from './FrameSocket.ts';

/*
 * One who shares and some who watch, at one of the servers; does what its parent says.
 */

export type Server = 'coview' | 'socket.io' | 'ws';

export type RelayTask =
  | { do: 'open'; server: Server; port: number; viewers: number; agentToken: string }
  /** At an even pace. */
  | { do: 'run'; server: Server; bytes: number; perSecond: number; forMs: number };

export interface RelayReport {
  delivered: number;
  /** Milliseconds from sending to a viewer. */
  latencies: number[];
}

type Send = (payload: Buffer) => void;
type Hear = (payload: Buffer) => void;

const PATIENCE_MS = 10_000;

const senders = new Map<Server, Send>();
let viewers = 0;
let delivered = 0;
let latencies: number[] = [];

const heard: Hear = (payload) => {
  delivered++;
  latencies.push(performance.now() - payload.readDoubleLE(0));
};

const openers: Record<Server, (port: number, viewers: number, agentToken: string) => Promise<Send>> = {
  async coview(port, viewers, token) {
    const onFrame = (frame: Buffer) => heard(frame.subarray(FRAME_HEADER_BYTES));
    const visitor = await FrameSocket.open({ port, role: 'visitor' });
    await visitor.request('visitor.tag', { email: 'relay@example.com' });
    const agents: FrameSocket[] = [];
    for (let i = 0; i < viewers; i++) agents.push(await FrameSocket.open({ port, role: 'agent', token, onFrame }));
    const [first, ...others] = agents;
    if (!first) throw new Error('nobody watches');
    let seq = 0;
    let stream = -1;
    visitor.on<{ stream: number }>('cobrowse.record', (wanted) => {
      stream = wanted.stream;
      seq = 0;
    });
    const [user] = await first.request<ActiveUser[]>('presence.list', {});
    const visitorId = user?.visitorId;
    const { session } = await first.request<{ session: CobrowseView }>('cobrowse.start', { visitorId });
    const { id } = session;
    await visitor.request('cobrowse.answer', { id, accept: true });
    for (const agent of others) await agent.request('cobrowse.join', { id });
    while (stream < 0) await sleep(20);
    return (payload) => {
      const kind = seq === 0 ? 'full' : 'delta';
      const header = { session: id as CobrowseId, stream, seq: seq++, kind, deflated: true, more: false } as const;
      visitor.send(writeFrame(header, payload));
    };
  },

  async 'socket.io'(port, viewers) {
    const open = async (role: string) => {
      const options = { query: { role }, transports: ['websocket'], forceNew: true };
      const socket = io(`http://127.0.0.1:${port}`, options);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      return socket;
    };
    for (let i = 0; i < viewers; i++) (await open('viewer')).on('frame', heard);
    const sharer = await open('sharer');
    return (payload) => void sharer.emit('frame', payload);
  },

  async ws(port, viewers) {
    const open = async (role: string) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${role}`, { perMessageDeflate: false });
      await new Promise((resolve) => socket.once('open', resolve));
      return socket;
    };
    for (let i = 0; i < viewers; i++) (await open('viewer')).on('message', heard);
    const sharer = await open('sharer');
    return (payload) => sharer.send(payload);
  },
};

async function run(send: Send, { bytes, perSecond, forMs }: Extract<RelayTask, { do: 'run' }>): Promise<RelayReport> {
  const due = Math.round((perSecond * forMs) / 1000);
  delivered = 0;
  latencies = [];
  const began = performance.now();
  for (let sent = 0; sent < due; ) {
    const now = Math.min(due, ((performance.now() - began) * perSecond) / 1000);
    for (; sent < now; sent++) {
      // As large as CoView’s frame, envelope and all, wherever it goes.
      const payload = Buffer.alloc(bytes - FRAME_HEADER_BYTES, 97);
      payload.writeDoubleLE(performance.now(), 0);
      send(payload);
    }
    await sleep(2);
  }
  // A machine that is busy is behind, but nothing gets lost.
  for (let waited = 0; delivered < due * viewers && waited < PATIENCE_MS; waited += 20) await sleep(20);
  return { delivered, latencies };
}

process.on('message', async (task: RelayTask) => {
  if (task.do === 'open') {
    viewers = task.viewers;
    senders.set(task.server, await openers[task.server](task.port, task.viewers, task.agentToken));
    process.send?.({ delivered: 0, latencies: [] });
    return;
  }
  const send = senders.get(task.server);
  if (send) process.send?.(await run(send, task));
});
