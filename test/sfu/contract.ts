import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import { ConsumerInfo, TransportInfo } from '#protocol/media.ts';
import { RtpCapabilities } from '#protocol/rtp.ts';
import type { Sfu } from '#protocol/Sfu.ts';
import { Call } from './Call.ts';
import { deafViewer, dtls, screenAudio, screenVideo, videoCodecNames, viewer } from './chromium.ts';

const unknown = '00000000-0000-4000-8000-000000000000';

/** What every implementation of the port promises. */
export function sfuContract(name: string, create: () => Promise<Sfu>): void {
  describe(`${name}: the contract of Sfu`, () => {
    let sfu: Sfu;
    let call: Call;
    let number = 0;

    beforeAll(async () => {
      sfu = await create();
    });
    afterAll(() => sfu.close());
    beforeEach(async () => {
      call = await Call.open(sfu, `room-${++number}`);
    });
    afterEach(() => call.close());

    it('[SFU-1] tells capabilities that satisfy the contract, always the same, without a room', async () => {
      const capabilities = await sfu.capabilities();
      expect(RtpCapabilities.safeParse(capabilities).error).toBeUndefined();
      expect(await sfu.capabilities()).toEqual(capabilities);
      const names = new Set(capabilities.codecs.map(({ mimeType }) => mimeType));
      expect([...names]).toEqual(['audio/opus', 'video/VP8', 'video/rtx', 'video/VP9', 'video/H264', 'video/AV1']);
    });

    it('[SFU-2] opens a room once, also when asked twice at the same time', async () => {
      const id = `${call.room}-twice`;
      await Promise.all([sfu.openRoom(id), sfu.openRoom(id)]);
      const transport = await sfu.createTransport(id, 'visitor');
      await sfu.openRoom(id);
      await sfu.connectTransport(id, transport.id, dtls);
      sfu.closeRoom(id);
    });

    it('[SFU-3] closes a room with all in it, and does nothing for an unknown one', async () => {
      const { transport } = await call.share();
      sfu.closeRoom(call.room);
      sfu.closeRoom(call.room);
      sfu.closeRoom('never opened');
      await expect(sfu.connectTransport(call.room, transport.id, dtls)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await sfu.openRoom(call.room);
      expect(sfu.producers(call.room, 'agent')).toEqual([]);
    });

    it('[SFU-3] a room that is closed while it opens stays closed', async () => {
      const id = `${call.room}-short`;
      const opening = sfu.openRoom(id);
      sfu.closeRoom(id);
      await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(sfu.createTransport(id, 'visitor')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('[SFU-4] creates a transport that a browser can reach over UDP and over TCP', async () => {
      const info = TransportInfo.parse(await sfu.createTransport(call.room, 'visitor'));
      const protocols = info.iceCandidates.map((candidate) => (candidate as { protocol: string }).protocol);
      expect(protocols).toContain('udp');
      expect(protocols).toContain('tcp');
    });

    it('[SFU-5] a new transport replaces the peer’s former one with all that was on it', async () => {
      const { transport, producerId } = await call.share();
      const consumer = await call.watch(producerId);
      const closed = call.nextClosed();
      const fresh = await sfu.createTransport(call.room, 'visitor');
      expect(await closed).toEqual([call.room, 'agent', consumer.id]);
      expect(sfu.producers(call.room, 'agent')).toEqual([]);
      await expect(sfu.connectTransport(call.room, transport.id, dtls)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await sfu.connectTransport(call.room, fresh.id, dtls);
    });

    it('[SFU-5] of several transports asked for at once the last one is the peer’s', async () => {
      const asked = [1, 2, 3].map(() => sfu.createTransport(call.room, 'visitor'));
      const [first, second, third] = await Promise.allSettled(asked);
      expect([first?.status, second?.status]).toEqual(['rejected', 'rejected']);
      if (third?.status !== 'fulfilled') throw new Error('the last one has to be created');
      await sfu.connectTransport(call.room, third.value.id, dtls);
    });

    it('[SFU-6] closing a peer ends its transport and what others received from it', async () => {
      const { transport, producerId } = await call.share();
      const consumer = await call.watch(producerId);
      const closed = call.nextClosed();
      sfu.closePeer(call.room, 'visitor');
      expect(await closed).toEqual([call.room, 'agent', consumer.id]);
      await expect(sfu.connectTransport(call.room, transport.id, dtls)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      sfu.closePeer(call.room, 'visitor');
      sfu.closePeer('never opened', 'visitor');
    });

    it('[SFU-6] closing a peer ends a transport that is still being created', async () => {
      const creating = sfu.createTransport(call.room, 'visitor');
      sfu.closePeer(call.room, 'visitor');
      await expect(creating).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('[SFU-7] connects a transport once', async () => {
      const { id } = await sfu.createTransport(call.room, 'visitor');
      const [first, second] = await Promise.allSettled([
        sfu.connectTransport(call.room, id, dtls),
        sfu.connectTransport(call.room, id, dtls),
      ]);
      expect(first?.status).toBe('fulfilled');
      expect(second).toMatchObject({ reason: { code: 'CONFLICT' } });
      await expect(sfu.connectTransport(call.room, id, dtls)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it.each(videoCodecNames)('[SFU-8] takes a screen as %s and gives it to who decodes that', async (codec) => {
      const { producerId } = await call.share(screenVideo(codec));
      const consumer = ConsumerInfo.parse(await call.watch(producerId));
      expect(consumer).toMatchObject({ producerId, kind: 'video', source: 'screen' });
      expect(consumer.rtpParameters).toMatchObject({ codecs: [{ mimeType: `video/${codec}` }, {}] });
      await sfu.resume(call.room, 'agent', consumer.id);
      await sfu.resume(call.room, 'agent', consumer.id);
    });

    it('[SFU-8] takes sound beside the screen', async () => {
      const { transport, producerId } = await call.share();
      const sound = await call.produce(transport.id, 'audio', 'screen-audio', screenAudio());
      expect(sfu.producers(call.room, 'agent')).toEqual([producerId, sound]);
      expect(await call.watch(sound)).toMatchObject({ kind: 'audio', source: 'screen-audio' });
    });

    it('[SFU-9] takes a track only on the sender’s own transport', async () => {
      const { transport } = await call.share();
      const video = {
        transportId: transport.id,
        kind: 'video',
        source: 'screen',
        rtpParameters: screenVideo(),
      } as const;
      await sfu.createTransport(call.room, 'agent');
      for (const peer of ['agent', 'nobody'])
        await expect(sfu.produce(call.room, peer, video)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('[SFU-10] refuses a codec of the other kind, and one that no router relays', async () => {
      const { id } = await sfu.createTransport(call.room, 'visitor');
      const refused = { code: 'INVALID_INPUT' };
      await expect(call.produce(id, 'audio', 'screen', screenVideo())).rejects.toMatchObject(refused);
      await expect(call.produce(id, 'video', 'screen', screenAudio())).rejects.toMatchObject(refused);
      const foreign = structuredClone(screenVideo());
      Object.assign(foreign.codecs[0] ?? {}, { mimeType: 'video/theora' });
      await expect(call.produce(id, 'video', 'screen', foreign)).rejects.toMatchObject(refused);
      await expect(call.produce(id, 'video', 'screen', foreign)).rejects.toThrow(/video\/theora/);
    });

    it('[SFU-11] takes at most four tracks on one transport, however fast they come', async () => {
      const { id } = await sfu.createTransport(call.room, 'visitor');
      const asked = await Promise.allSettled(
        [0, 1, 2, 3, 4, 5].map((n) => call.produce(id, 'video', 'screen', screenVideo('VP8', n))),
      );
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
      expect(asked[5]).toMatchObject({ reason: { code: 'CONFLICT' } });
      expect(sfu.producers(call.room, 'agent')).toHaveLength(4);
    });

    it('[SFU-11] a refused track takes no place', async () => {
      const { id } = await sfu.createTransport(call.room, 'visitor');
      for (let i = 0; i < 5; i++) await call.produce(id, 'audio', 'screen', screenVideo()).catch(() => {});
      await call.produce(id, 'video', 'screen', screenVideo());
    });

    it('[SFU-12] names to a peer the producers of the others', async () => {
      const { producerId } = await call.share();
      expect(sfu.producers(call.room, 'visitor')).toEqual([]);
      expect(sfu.producers(call.room, 'agent')).toEqual([producerId]);
    });

    it('[SFU-13] gives nothing to who cannot decode it', async () => {
      const { transport } = await call.share();
      const sound = await call.produce(transport.id, 'audio', 'screen-audio', screenAudio());
      await sfu.createTransport(call.room, 'agent');
      expect(await sfu.consume(call.room, 'agent', sound, deafViewer())).toBeUndefined();
      expect(await sfu.consume(call.room, 'agent', sound, { codecs: [] })).toBeUndefined();
    });

    it('[SFU-14] tells nobody of consumers that end with their own transport or room', async () => {
      const { producerId } = await call.share();
      await call.watch(producerId);
      await call.watch(producerId, 'other');
      sfu.closePeer(call.room, 'agent');
      const closed = call.nextClosed();
      sfu.closePeer(call.room, 'visitor');
      expect((await closed).slice(0, 2)).toEqual([call.room, 'other']);
      expect(call.closed).toHaveLength(1);
    });

    it('[SFU-15] answers NOT_FOUND for every id the room does not hold', async () => {
      const other = await Call.open(sfu, `${call.room}-other`);
      const { transport, producerId } = await other.share();
      const consumer = await other.watch(producerId);
      await sfu.createTransport(call.room, 'agent');
      const { room } = call;
      const missing = [
        sfu.createTransport('never opened', 'agent'),
        sfu.connectTransport(room, transport.id, dtls),
        sfu.connectTransport(room, unknown as TransportId, dtls),
        call.produce(transport.id, 'video', 'screen', screenVideo(), 'agent'),
        sfu.consume(room, 'agent', producerId, viewer()),
        sfu.consume(room, 'agent', unknown as ProducerId, viewer()),
        sfu.consume(room, 'nobody', producerId, viewer()),
        sfu.resume(room, 'agent', consumer.id),
        sfu.resume(room, 'agent', unknown as ConsumerId),
        sfu.resume(room, 'nobody', consumer.id),
      ];
      for (const { status, ...rest } of await Promise.allSettled(missing))
        expect(rest).toMatchObject({ reason: { code: 'NOT_FOUND' } });
      expect(() => sfu.producers('never opened', 'agent')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
      other.close();
    });

    it('[SFU-16] undoes a subscription', async () => {
      const heard: unknown[] = [];
      const undo = sfu.on('consumerClosed', (...fact) => heard.push(fact));
      undo();
      undo();
      const { producerId } = await call.share();
      await call.watch(producerId);
      const closed = call.nextClosed();
      sfu.closePeer(call.room, 'visitor');
      await closed;
      expect(heard).toEqual([]);
    });

    it('[SFU-17] closed, it is not ready and answers UNAVAILABLE', async () => {
      const short = await create();
      expect(short.ready()).toBe(true);
      await short.openRoom('room');
      short.close();
      short.close();
      expect(short.ready()).toBe(false);
      await expect(short.openRoom('room')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await expect(short.createTransport('room', 'visitor')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      short.closeRoom('room');
    });
  });
}
