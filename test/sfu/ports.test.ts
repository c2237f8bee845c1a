import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EmbeddedSfu } from '#sfu/EmbeddedSfu.ts';
import { listenAddresses } from '#sfu/listen.ts';
import { MediaWorker } from '#sfu/MediaWorker.ts';
import { freePort } from '#test/support/freePort.ts';
import { watchProcesses } from './processes.ts';

const ip = '127.0.0.1';
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

async function occupyUdp(port = 0): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, ip);
  await once(socket, 'listening');
  undo.push(() => socket.close());
  return socket;
}

async function occupyTcp(port: number): Promise<Server> {
  const server = createServer().listen(port, ip);
  await once(server, 'listening');
  undo.push(() => server.close());
  return server;
}

async function candidates(sfu: EmbeddedSfu): Promise<{ protocol: string; port: number; ip: string }[]> {
  await sfu.openRoom('room');
  return (await sfu.createTransport('room', 'visitor')).iceCandidates as never;
}

describe('media ports', () => {
  it('[SFU-27] UDP and TCP have one port, with UDP preferred', async () => {
    const sfu = await EmbeddedSfu.create({ workers: 1, listen: [{ ip }], port: 0 });
    undo.push(() => sfu.close());
    const [udp, tcp] = await candidates(sfu);
    expect(udp).toMatchObject({ protocol: 'udp', port: tcp?.port });
    expect(tcp).toMatchObject({ protocol: 'tcp', tcpType: 'passive' });
    expect(udp).toHaveProperty('priority', expect.any(Number));
    expect(Reflect.get(udp ?? {}, 'priority')).toBeGreaterThan(Reflect.get(tcp ?? {}, 'priority'));
  });

  it('[SFU-27] worker i takes the given port + i', async () => {
    const port = await freePort(2);
    const sfu = await EmbeddedSfu.create({ workers: 2, listen: [{ ip }], port });
    undo.push(() => sfu.close());
    const used = [];
    for (const room of ['a', 'b']) {
      await sfu.openRoom(room);
      used.push(((await sfu.createTransport(room, 'visitor')).iceCandidates[0] as { port: number }).port);
    }
    expect(used.sort()).toEqual([port, port + 1]);
  });

  it.each(['udp', 'tcp'])('[SFU-28] a taken %s port is named, and nothing is left running', async (protocol) => {
    const port = await freePort(2);
    await (protocol === 'udp' ? occupyUdp(port + 1) : occupyTcp(port + 1));
    const { started, stop } = watchProcesses();
    undo.push(stop);
    const starting = EmbeddedSfu.create({ workers: 2, listen: [{ ip }], port });
    await expect(starting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(starting).rejects.toThrow(`port ${port + 1} of ${ip}`);
    expect(started).toHaveLength(2);
    await Promise.all(started.map(({ ended }) => ended));
  });

  it('[SFU-28] port 0 goes on looking where UDP has what TCP has free', async () => {
    const taken = (await occupyUdp()).address().port;
    const proposals = [taken, taken, await freePort()];
    const worker = await MediaWorker.create({
      listen: [{ ip }],
      port: 0,
      pickPort: async () => proposals.shift() ?? 0,
    });
    undo.push(() => worker.close());
    expect(proposals).toEqual([]);
  });

  it('[SFU-29] with an announced address tells that one only', async () => {
    const listen = listenAddresses('203.0.113.7');
    expect(listen).toEqual([{ ip: '0.0.0.0', announcedAddress: '203.0.113.7' }]);
    // One of this machine's own is bound itself, so that answers come from where the browser asked.
    expect(listenAddresses(ip)).toEqual([{ ip }]);
    const sfu = await EmbeddedSfu.create({ workers: 1, listen, port: 0 });
    undo.push(() => sfu.close());
    expect(new Set((await candidates(sfu)).map((candidate) => candidate.ip))).toEqual(new Set(['203.0.113.7']));
  });

  it('[SFU-29] without one tells every IPv4 address of the machine, the loopback among them', async () => {
    const listen = listenAddresses();
    expect(listen[0]).toEqual({ ip: '127.0.0.1' });
    const sfu = await EmbeddedSfu.create({ workers: 1, listen, port: 0 });
    undo.push(() => sfu.close());
    const told = new Set((await candidates(sfu)).map((candidate) => candidate.ip));
    expect(told).toEqual(new Set(listen.map((address) => address.ip)));
  });
});
