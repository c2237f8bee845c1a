import { beforeEach, describe, expect, test } from 'vitest';
import { tabId } from '#client/core/tab.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import { FakePage } from './FakePage.ts';
import { anna, SharingPage as Page, privacy, settled, sharing, viewOf } from './SharingPage.ts';

beforeEach(() => void new FakePage());

describe('consent', () => {
  test('[SHARE-4] an agent’s request asks; nothing records before Accept, and a recording needs the server’s order', async () => {
    const page = new Page();
    const session = viewOf();
    page.sharing.offered({ session, ringMs: 30_000 });
    expect(page.screen('offer')).toMatchObject({ agent: 'Anna', ringMs: 30_000, maskAll: true });
    page.sharing.record({ id: session.id, stream: 1, privacy });
    await settled();
    expect(page.notes).toEqual([]);
    page.answer('cobrowse.answer', () => ({ session: { ...session, state: 'connecting' } }));
    page.screen('offer').accept();
    expect(page.kinds).toEqual(['sharing']);
    await settled();
    expect(page.server.inputs('cobrowse.answer')).toEqual([{ id: session.id, accept: true }]);
    expect(page.notes).toEqual([['begin', 1]]);
    expect(page.told.map(({ state }) => state)).toEqual(['ringing', 'connecting']);
  });

  test('[SHARE-4] declining is said, leaves nothing, and a late order to record finds nobody', async () => {
    const page = new Page();
    const session = viewOf();
    page.sharing.offered({ session, ringMs: 30_000 });
    page.screen('offer').decline();
    page.sharing.changed({ ...session, state: 'connecting' });
    page.sharing.record({ id: session.id, stream: 1, privacy });
    await settled();
    expect(page.kinds).toEqual(['hidden']);
    expect(page.server.inputs('cobrowse.answer')).toEqual([{ id: session.id, accept: false }]);
    expect(page.notes).toEqual([]);
  });

  test('[SHARE-4] the page’s own start asks here first, and tells the server when the visitor has accepted', async () => {
    const page = new Page();
    const session = viewOf({ state: 'connecting', startedBy: 'visitor' });
    page.answer('cobrowse.share', () => ({ session }));
    const started = page.sharing.start();
    expect(page.screen('offer').agent).toBeUndefined();
    await settled();
    expect(page.asked).toEqual([]);
    page.screen('offer').accept();
    expect((await started).id).toBe(session.id);
    expect(page.screen('sharing').waiting).toBe(true);
    expect(await page.sharing.start()).toEqual(session);
  });

  test('[SHARE-4] the page’s own start rejects with DECLINED, or with why it could not be', async () => {
    const page = new Page();
    const declined = page.sharing.start();
    page.screen('offer').decline();
    await expect(declined).rejects.toMatchObject({ code: 'DECLINED' });
    expect(page.asked).toEqual([]);
    page.answer('cobrowse.share', () => {
      throw new CvError('AGENT_OFFLINE', 'nobody');
    });
    const alone = page.sharing.start();
    page.screen('offer').accept();
    await expect(alone).rejects.toMatchObject({ code: 'AGENT_OFFLINE' });
    expect(page.screen('over').reason).toBe('missed');
    page.screen('over').dismiss();
    expect(page.kinds).toEqual(['hidden']);
  });

  test('[SHARE-4] whoever takes the consent back before the server answered has no session', async () => {
    const page = new Page();
    const session = viewOf({ state: 'connecting', startedBy: 'visitor' });
    let answer: (value: unknown) => void = () => {};
    page.answer('cobrowse.share', () => new Promise((resolve) => (answer = resolve)));
    const started = page.sharing.start();
    page.screen('offer').accept();
    await settled();
    page.sharing.stop();
    await expect(started).rejects.toMatchObject({ code: 'DECLINED' });
    answer({ session });
    await settled();
    expect(page.server.inputs('cobrowse.end')).toEqual([{ id: session.id }]);
    page.sharing.changed({ ...session, viewers: [anna] });
    expect(page.kinds).toEqual(['hidden']);
  });

  test('[SHARE-4] also when the connection was lost meanwhile, and the server had heard', async () => {
    const page = new Page();
    const session = viewOf({ state: 'connecting', startedBy: 'visitor' });
    page.answer('cobrowse.share', () => new Promise(() => {}));
    page.sharing.start().catch(() => {});
    page.screen('offer').accept();
    await settled();
    page.sharing.stop();
    page.connection.lose();
    await settled();
    page.connection.comeBack();
    page.sharing.returned(session);
    page.sharing.record({ id: session.id, stream: 1, privacy });
    await settled();
    expect(page.notes).toEqual([]);
    expect(page.server.inputs('cobrowse.end')).toEqual([{ id: session.id }]);
  });

  test('[SHARE-4] an accepted question whose answer was lost is answered again, not asked again', async () => {
    const page = new Page();
    const session = viewOf();
    page.sharing.offered({ session, ringMs: 30_000 });
    page.answer('cobrowse.answer', () => new Promise(() => {}));
    page.screen('offer').accept();
    await settled();
    page.connection.lose();
    await settled();
    page.answer('cobrowse.answer', () => ({ session: { ...session, state: 'connecting' } }));
    page.connection.comeBack();
    page.sharing.offered({ session, ringMs: 10_000 });
    page.sharing.returned(session);
    await settled();
    expect(page.server.inputs('cobrowse.answer')).toHaveLength(2);
    expect(page.kinds).toEqual(['sharing']);
  });
});

describe('recording', () => {
  test('[SHARE-5] an order that comes before what it is about waits for it; the last order counts', async () => {
    const page = new Page();
    const session = viewOf({ state: 'connecting', viewers: [anna] });
    page.sharing.record({ id: session.id, stream: 1, privacy });
    page.sharing.record({ id: session.id, stream: 2, privacy });
    await settled();
    expect(page.notes).toEqual([]);
    page.sharing.returned(session);
    await settled();
    expect(page.notes).toEqual([['begin', 2]]);
    page.sharing.record({ id: session.id, stream: 3, privacy });
    await settled();
    expect(page.notes).toEqual([
      ['begin', 2],
      ['begin', 3],
    ]);
  });

  test('[SHARE-5] it is still when nobody watches this tab, also before it knows of the session', async () => {
    const { page, session } = await sharing();
    page.sharing.still(session.id);
    expect(page.notes.at(-1)).toBe('still');
    const early = new Page();
    early.sharing.record({ id: session.id, stream: 1, privacy });
    early.sharing.still(session.id);
    early.sharing.returned(session);
    await settled();
    expect(early.notes).toEqual([]);
  });

  test('[SHARE-5] a revocation stops it before anything else happens, and holds whatever comes later', async () => {
    const { page, session } = await sharing();
    page.screen('sharing').end();
    expect(page.notes).toEqual([['begin', 1], 'close']);
    expect(page.screen('over').reason).toBe('revoked');
    page.sharing.changed({ ...session, state: 'active' });
    page.sharing.returned(session);
    page.sharing.record({ id: session.id, stream: 2, privacy });
    await settled();
    expect(page.notes).toEqual([['begin', 1], 'close']);
    expect(page.server.inputs('cobrowse.end')).toEqual([{ id: session.id }]);
    expect(page.told.at(-1)).toMatchObject({ state: 'ended', reason: 'revoked' });
  });

  test('[SHARE-5] a revocation before the order leaves nothing to begin', async () => {
    const page = new Page();
    const session = viewOf({ state: 'active', viewers: [anna] });
    page.sharing.returned(session);
    page.sharing.stop();
    page.sharing.record({ id: session.id, stream: 1, privacy });
    page.sharing.returned(session);
    await settled();
    expect(page.notes).toEqual([]);
  });

  test('[SHARE-5] a lost connection stills it; afterwards the server’s word counts', async () => {
    const { page, session } = await sharing();
    page.connection.lose();
    page.sharing.connected(false);
    expect(page.notes.at(-1)).toBe('still');
    expect(page.screen('sharing').connected).toBe(false);
    page.connection.comeBack();
    page.sharing.connected(true);
    page.sharing.returned(session);
    page.sharing.record({ id: session.id, stream: 2, privacy });
    await settled();
    expect(page.notes.at(-1)).toEqual(['begin', 2]);
    page.sharing.returned(undefined);
    expect(page.notes.at(-1)).toBe('close');
    expect(page.screen('over').reason).toBe('disconnected');
  });

  test('[SHARE-5] the end by the agents, another identity, and a refused page stop it', async () => {
    const ends: ((page: Page, session: CobrowseView) => void)[] = [
      (page, session) => page.sharing.changed({ ...session, state: 'ended', reason: 'ended' }),
      (page) => page.sharing.forgotten(),
      (page) => page.sharing.lost(),
    ];
    for (const end of ends) {
      const { page, session } = await sharing();
      end(page, session);
      expect(page.notes.at(-1)).toBe('close');
    }
  });

  test('[SHARE-6] every tab says that the page is shared, and which one is seen', async () => {
    const session = viewOf({ state: 'active', viewers: [anna] });
    const tab = (id: string, front: boolean) => ({ tab: id as never, url: 'https://shop.example/', title: '', front });
    const page = new Page();
    page.sharing.changed({ ...session, tabs: [tab(tabId(), false), tab('t_other', true)] });
    expect(page.screen('sharing')).toMatchObject({ agents: ['Anna'], thisTab: false, waiting: false });
    page.sharing.changed({ ...session, tabs: [tab(tabId(), true)], viewers: [], paused: true });
    expect(page.screen('sharing')).toMatchObject({ agents: [], thisTab: true, waiting: true, paused: true });
  });

  test('[SHARE-6] what is hidden can be looked at, also before anybody watches', async () => {
    const page = new Page();
    page.sharing.returned(viewOf({ state: 'connecting' }));
    page.screen('sharing').toggleHidden();
    expect(page.screen('sharing').hiddenShown).toBe(true);
    await settled();
    page.screen('sharing').toggleHidden();
    await settled();
    expect(page.notes).toEqual([
      ['hidden', true],
      ['hidden', false],
    ]);
  });

  test('[SHARE-6] the six digits are shown until somebody watches', async () => {
    const page = new Page();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    page.answer('cobrowse.code', () => ({ code: '123456', expiresAt }));
    expect(await page.sharing.code()).toBe('123456');
    const session = viewOf({ state: 'connecting' });
    page.sharing.returned(session);
    expect(page.screen('sharing').code).toBe('123456');
    page.sharing.changed({ ...session, viewers: [anna] });
    expect(page.screen('sharing').code).toBeUndefined();
  });
});
