import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { FrameKind } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { RelayPage } from '#test/cobrowse/relay/RelayPage.ts';
import { told } from '#test/cobrowse/relay/RelayStage.ts';
import { png } from '#test/http/sampleFiles.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
let visitor: RelayPage;
let agent: RelayPage;
let id: CobrowseId;
beforeEach(async () => {
  service = await TestService.start();
  visitor = await RelayPage.connect(service.url);
  await visitor.request('visitor.tag', { firstname: 'Vera' });
  agent = await RelayPage.connect(service.url, { role: 'agent', token: service.token() });
  const { visitorId } = visitor.event<{ visitorId: string }>('visitor.welcome');
  ({ id } = (await agent.request<{ session: CobrowseView }>('cobrowse.start', { visitorId })).session);
});
afterEach(async () => {
  for (const page of [visitor, agent]) page.close();
  await service.stop();
});

const frame = (kind: FrameKind, stream: number, seq: number, payload = 'secret') =>
  writeFrame({ session: id, stream, seq, kind, deflated: false, more: false }, Buffer.from(payload));

/** The visitor consents; answers the stream that its page is told to record. */
async function consent(): Promise<number> {
  await visitor.request('cobrowse.answer', { id, accept: true });
  await expect.poll(() => visitor.events('cobrowse.record')).toHaveLength(1);
  return visitor.event<{ stream: number }>('cobrowse.record').stream;
}

describe('[RELAY-32] through the whole service', () => {
  test('nothing passes before consent, everything after it, nothing after the revocation', async () => {
    visitor.send(frame('full', 0, 0), frame('full', 1, 0));
    await visitor.request('presence.page', {});
    const stream = await consent();
    visitor.send(frame('full', stream, 0, 'seen'), frame('delta', stream, 1, 'seen'));
    await expect.poll(() => told(agent.frames)).toEqual([`full ${stream}:0 seen`, `delta ${stream}:1 seen`]);
    const other = await RelayPage.connect(service.url, { role: 'agent', token: service.token('agent2@example.com') });
    const stranger = await RelayPage.connect(service.url);
    for (const page of [stranger, other, agent]) page.send(frame('delta', stream, 2));
    await Promise.all([stranger.request('presence.page', {}), other.request('presence.list', {})]);
    await agent.request('presence.list', {});
    await visitor.request('cobrowse.end', { id });
    visitor.send(frame('delta', stream, 2));
    await visitor.request('presence.page', {});
    await agent.request('presence.list', {});
    expect(agent.frames).toHaveLength(2);
    for (const page of [stranger, other]) {
      expect(page.frames).toEqual([]);
      page.close();
    }
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('coview_page_frames_total{outcome="relayed"} 2');
    expect(metrics).toContain('coview_page_frames_total{outcome="forged"} 6');
    expect(metrics).toContain('coview_page_frame_cache_bytes 0');
  });

  test('a gap makes the service ask the page for all of it, under the next stream', async () => {
    const stream = await consent();
    visitor.send(frame('full', stream, 0, 'a'), frame('delta', stream, 2, 'after a gap'));
    await expect.poll(() => visitor.events('cobrowse.record')).toHaveLength(2);
    visitor.send(frame('delta', stream, 3, 'late'), frame('full', stream + 1, 0, 'b'));
    await expect.poll(() => told(agent.frames)).toEqual([`full ${stream}:0 a`, `full ${stream + 1}:0 b`]);
  });

  test('assets are the session’s, for those who take part, as long as it goes on', async () => {
    const { token } = visitor.event<{ token: string }>('visitor.welcome');
    const hash = createHash('sha256').update(png).digest('hex');
    const address = `${service.url}/cobrowse/demo/${id}/assets/${hash}`;
    const send = () =>
      fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
        body: png,
      });
    const read = async (by: string) => (await fetch(address, { headers: { authorization: `Bearer ${by}` } })).status;
    expect((await send()).status).toBe(404);
    await consent();
    expect(await visitor.request('cobrowse.assets', { id, hashes: [hash] })).toEqual({ missing: [hash] });
    expect((await send()).status).toBe(201);
    expect(await visitor.request('cobrowse.assets', { id, hashes: [hash] })).toEqual({ missing: [] });
    expect([await read(service.token()), await read(service.token('agent2@example.com'))]).toEqual([200, 404]);
    await agent.request('cobrowse.leave', { id });
    expect(await read(service.token())).toBe(404);
    await visitor.request('cobrowse.end', { id });
    expect([await read(token), (await send()).status]).toEqual([404, 404]);
    await expect.poll(() => readdir(join(service.data, 'cobrowse'))).toEqual([]);
  });
});
