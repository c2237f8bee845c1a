import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CobrowseCommand } from '#protocol/cobrowse.ts';
import { newId } from '#protocol/newId.ts';
import { FakePage } from './FakePage.ts';
import { anna, settled, sharing } from './SharingPage.ts';

beforeEach(() => void new FakePage());

describe('control', () => {
  const click: CobrowseCommand = { do: 'down', node: 1, at: { x: 0, y: 0 }, button: 0, modifiers: [] };
  const control = { agent: anna, capabilities: ['pointer' as const] };

  test('[SHARE-7] a question stands above the banner, and is answered once', async () => {
    const { page, session } = await sharing();
    page.sharing.changed({ ...session, asked: { agent: anna, capabilities: ['pointer', 'type'] } });
    await settled();
    expect(page.kinds).toEqual(['sharing', 'control-asked']);
    page.answer('cobrowse.grant', () => ({ session: { ...session, control } }));
    page.screen('control-asked').grant(['pointer']);
    expect(page.kinds).toEqual(['sharing']);
    await settled();
    expect(page.server.inputs('cobrowse.grant')).toEqual([
      { id: session.id, agent: anna.email, capabilities: ['pointer'] },
    ]);
    expect(page.screen('sharing').control).toMatchObject({ agent: 'Anna', capabilities: ['pointer'] });
    page.sharing.changed({ ...session, control, asked: { agent: anna, capabilities: ['type'] } });
    page.screen('control-asked').refuse();
    await settled();
    expect(page.server.inputs('cobrowse.grant').at(-1)?.capabilities).toEqual([]);
  });

  test('[SHARE-7] commands are done for whoever was granted control only; what could not be done is said', async () => {
    const { page, session } = await sharing();
    const command = (agent = anna, n = 1) => page.sharing.command({ id: session.id, n, agent, command: click });
    command();
    await settled();
    page.sharing.changed({ ...session, control });
    await settled();
    page.screen('sharing').control?.seen();
    command({ email: 'eve@example.com', name: 'Eve' }, 2);
    command(anna, 3);
    await settled();
    page.refusal = 'UNSUPPORTED';
    command(anna, 4);
    await settled();
    expect(page.notes.slice(1)).toEqual([
      ['run', 'down', 'Anna'],
      ['run', 'down', 'Anna'],
    ]);
    expect(page.server.inputs('cobrowse.outcome')).toEqual([
      { id: session.id, n: 1, code: 'FORBIDDEN' },
      { id: session.id, n: 2, code: 'FORBIDDEN' },
      { id: session.id, n: 4, code: 'UNSUPPORTED' },
    ]);
  });

  test('[SHARE-7] taking it back counts at once, whatever the server says before it has heard', async () => {
    const { page, session } = await sharing();
    page.sharing.changed({ ...session, control });
    const asking = { ...session, control, asked: { agent: anna, capabilities: ['type' as const] } };
    // Who acts and asks for more is first refused.
    const answers = [{ ...session, control }, session];
    page.answer('cobrowse.grant', () => ({ session: answers.shift() }));
    page.sharing.changed(asking);
    await settled();
    page.screen('sharing').control?.stop();
    expect(page.notes.at(-1)).toBe('uncontrolled');
    expect(page.screen('sharing').control).toBeUndefined();
    page.sharing.changed(asking);
    page.sharing.command({ id: session.id, n: 1, agent: anna, command: click });
    await settled();
    expect(page.notes.at(-1)).toBe('uncontrolled');
    expect(page.server.inputs('cobrowse.grant').map(({ capabilities }) => capabilities)).toEqual([[], []]);
    page.sharing.changed({ ...session, control });
    expect(page.screen('sharing').control).toBeDefined();
  });

  test('[SHARE-11] nothing is done before the visitor sees who acts; then all that waited is, in order', async () => {
    const { page, session } = await sharing({ control });
    const doing = ['down', 'up', 'down'] as const;
    for (const [n, one] of doing.entries())
      page.sharing.command({ id: session.id, n, agent: anna, command: { ...click, do: one } });
    await settled();
    expect(page.notes).toHaveLength(1);
    page.screen('sharing').control?.seen();
    expect(page.notes.slice(1)).toEqual(doing.map((one) => ['run', one, 'Anna']));
    page.sharing.changed({ ...session, control: undefined });
    page.sharing.changed({ ...session, control });
    page.sharing.command({ id: session.id, n: 3, agent: anna, command: click });
    await settled();
    expect(page.notes.at(-1)).toBe('uncontrolled');
    expect(page.asked).not.toContain('cobrowse.outcome');
  });

  test('[SHARE-11] what waits when control is taken back, goes to somebody else or too much waits is refused', async () => {
    const { page, session } = await sharing({ control });
    let n = 0;
    const command = (agent = anna) => page.sharing.command({ id: session.id, n: n++, agent, command: click });
    const refused = async () => {
      await settled();
      return page.server.inputs('cobrowse.outcome').map((outcome) => outcome.n);
    };
    page.answer('cobrowse.grant', () => ({ session: { ...session, control: undefined } }));
    command();
    await settled();
    const first = page.screen('sharing').control;
    first?.stop();
    expect(await refused()).toEqual([0]);
    page.sharing.changed({ ...session, control });
    command();
    await settled();
    const ben = { email: 'ben@example.com', name: 'Ben' };
    page.sharing.changed({ ...session, control: { ...control, agent: ben } });
    first?.seen();
    command(ben);
    expect(await refused()).toEqual([0, 1]);
    for (let more = 0; more < 300; more++) command(ben);
    expect(await refused()).toHaveLength(303);
    page.screen('sharing').control?.seen();
    expect(page.notes.filter((note) => note !== 'uncontrolled')).toEqual([['begin', 1]]);
  });

  test('[SHARE-11] what cannot be loaded lets nobody act; what waits when the sharing ends is forgotten', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { page, session } = await sharing();
    const { loadControl } = page;
    page.loadControl = () => Promise.reject(new Error('away'));
    const command = (n: number) => page.sharing.command({ id: session.id, n, agent: anna, command: click });
    page.sharing.changed({ ...session, control });
    command(1);
    await settled();
    expect(page.server.inputs('cobrowse.outcome')).toEqual([{ id: session.id, n: 1, code: 'FORBIDDEN' }]);
    expect(errors).toHaveBeenCalled();
    errors.mockRestore();
    page.loadControl = loadControl;
    command(2);
    await settled();
    const seen = page.screen('sharing').control?.seen;
    page.sharing.stop();
    seen?.();
    await settled();
    expect(page.notes.slice(1)).toEqual(['close']);
    expect(page.server.inputs('cobrowse.outcome')).toHaveLength(1);
  });

  test('[SHARE-11] what waits too long is refused, for the visitor to see it or for what shows it to load', async () => {
    const { page, session } = await sharing({ control });
    const late = await sharing();
    let load = () => {};
    const { loadControl } = late.page;
    late.page.loadControl = () => new Promise((resolve) => (load = () => void loadControl().then(resolve)));
    late.page.sharing.changed({ ...late.session, control });
    vi.useFakeTimers();
    page.sharing.command({ id: session.id, n: 1, agent: anna, command: click });
    late.page.sharing.command({ id: late.session.id, n: 2, agent: anna, command: click });
    await vi.advanceTimersByTimeAsync(5001);
    load();
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    for (const [one, n] of [[page, 1] as const, [late.page, 2] as const]) {
      one.screen('sharing').control?.seen();
      await settled();
      expect(one.server.inputs('cobrowse.outcome')).toMatchObject([{ n, code: 'FORBIDDEN' }]);
      expect(one.notes).toEqual([['begin', 1]]);
    }
  });

  test('[SHARE-7] marks are shown in the tab that records', async () => {
    const { page, session } = await sharing();
    const mark = { mark: 'laser' as const, at: { x: 1, y: 2 } };
    page.sharing.mark({ id: session.id, agent: anna, mark });
    page.sharing.mark({ id: newId('cb'), agent: anna, mark });
    expect(page.notes.slice(1)).toEqual([['mark', 'Anna', mark]]);
  });
});
