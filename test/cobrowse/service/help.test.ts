import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import { demo } from '#test/support/House.ts';
import { type AgentPage, SharingScene, soon } from './SharingScene.ts';

let scene: SharingScene;
beforeEach(async () => {
  scene = await SharingScene.open();
});
afterEach(() => scene.house.close());

type Command = MethodRequest<'cobrowse.command'>['command'];

const refusal = (code: string) => ({ name: 'CvError', code });
const at = { x: 0.5, y: 0.5 };
const commands: [CobrowseCapability, Command][] = [
  ['pointer', { do: 'move', node: 1, at }],
  ['pointer', { do: 'down', node: 1, at, button: 0, modifiers: [] }],
  ['pointer', { do: 'up', node: 1, at, button: 0, modifiers: [] }],
  ['scroll', { do: 'scroll', node: 1, by: { x: 0, y: 100 } }],
  ['type', { do: 'text', node: 1, text: 'Hello' }],
  ['type', { do: 'key', node: 1, key: 'Enter', code: 'Enter', modifiers: ['shift'] }],
  ['select', { do: 'select', node: 1, options: [0] }],
  ['navigate', { do: 'go', to: 'back' }],
];
const all: CobrowseCapability[] = ['pointer', 'scroll', 'type', 'select', 'navigate'];
const ask = (page: AgentPage, capabilities = all) =>
  page.request('cobrowse.askControl', { id: scene.view().id, capabilities });
const grant = (agent: string, capabilities = all) =>
  scene.visitor.request('cobrowse.grant', { id: scene.view().id, agent, capabilities });
const send = (page: AgentPage, command: Command, n = 1) =>
  page.request('cobrowse.command', { id: scene.view().id, n, command });
const heard = () => scene.visitor.all('cobrowse.command').map(({ n }) => n);
const anna = 'anna@example.com';

async function second(): Promise<AgentPage> {
  const ben = await scene.house.agent('ben@example.com');
  await ben.request('cobrowse.join', { id: scene.view().id });
  return ben;
}

describe('[COB-10] an agent acts in the page by the visitor’s word', () => {
  test.each(commands)('never without “%s”, whatever else was granted: %o', async (capability, command) => {
    await scene.active();
    await expect(send(scene.agent, command)).rejects.toMatchObject(refusal('FORBIDDEN'));
    await ask(scene.agent);
    await expect(send(scene.agent, command)).rejects.toMatchObject(refusal('FORBIDDEN'));
    await grant(
      anna,
      all.filter((one) => one !== capability),
    );
    await expect(send(scene.agent, command)).rejects.toMatchObject(refusal('FORBIDDEN'));
    await ask(scene.agent, [capability]);
    await grant(anna, [capability]);
    await send(scene.agent, command, 7);
    expect(scene.visitor.all('cobrowse.command')).toMatchObject([{ n: 7, agent: { email: anna }, command }]);
  });

  test('of an agent’s pages the one that acts is told so, and another one when it has taken over', async () => {
    await scene.active();
    const other = await scene.house.agent(anna);
    await other.request('cobrowse.join', { id: scene.view().id });
    const here = (page: AgentPage) => page.last('cobrowse.changed').session.control?.here;
    await ask(scene.agent, ['scroll']);
    await grant(anna, ['scroll']);
    await soon();
    expect([here(scene.agent), here(other)]).toEqual([true, undefined]);
    await expect(send(other, { do: 'go', to: 'back' })).rejects.toMatchObject(refusal('FORBIDDEN'));
    expect((await ask(other, ['scroll'])).session).toMatchObject({ asked: { here: true }, control: { agent: {} } });
    await grant(anna, ['scroll']);
    await soon();
    expect([here(scene.agent), here(other)]).toEqual([undefined, true]);
    expect(JSON.stringify(scene.visitor.all('cobrowse.changed'))).not.toContain('here');
  });

  test('both sides see who asks, and who acts', async () => {
    await scene.active();
    await ask(scene.agent, ['pointer']);
    await soon();
    expect(scene.view(scene.visitor).asked).toEqual({
      agent: { email: anna, name: 'anna' },
      capabilities: ['pointer'],
    });
    const { session } = await grant(anna, ['pointer']);
    expect(session).toMatchObject({ asked: undefined, control: { agent: { email: anna }, capabilities: ['pointer'] } });
    await soon();
    expect(scene.view().control?.capabilities).toEqual(['pointer']);
  });

  test('only who asked gets it, and only from the visitor', async () => {
    await scene.active();
    await expect(grant(anna)).rejects.toMatchObject(refusal('NOT_FOUND'));
    await ask(scene.agent, ['scroll']);
    const ben = await second();
    await expect(grant('ben@example.com', ['scroll'])).rejects.toMatchObject(refusal('NOT_FOUND'));
    await expect(grant(anna, ['scroll', 'type'])).rejects.toMatchObject(refusal('CONFLICT'));
    await expect(ask(ben)).rejects.toMatchObject(refusal('CONFLICT'));
    const forged = { id: scene.view().id, agent: anna, capabilities: ['scroll' as const] };
    await expect(scene.agent.request('cobrowse.grant', forged)).rejects.toMatchObject(refusal('FORBIDDEN'));
    await expect(send(scene.agent, commands[3]?.[1] as Command)).rejects.toMatchObject(refusal('FORBIDDEN'));
  });

  test('not from another page of the same agent, nor by another agent who watches', async () => {
    await scene.granted();
    const [ben, other] = [await second(), await scene.house.agent(anna)];
    await other.request('cobrowse.join', { id: scene.view().id });
    for (const page of [ben, other]) {
      await expect(send(page, { do: 'go', to: 'reload' })).rejects.toMatchObject(refusal('FORBIDDEN'));
      await page.request('cobrowse.release', { id: scene.view().id });
    }
    await send(scene.agent, { do: 'go', to: 'reload' }, 3);
    expect(heard()).toEqual([3]);
  });

  test('an agent whom the visitor grants it after another takes it over', async () => {
    const id = await scene.granted();
    const ben = await second();
    await ask(ben, ['scroll']);
    await send(scene.agent, { do: 'go', to: 'reload' });
    await grant('ben@example.com', ['scroll']);
    await expect(send(scene.agent, { do: 'go', to: 'reload' })).rejects.toMatchObject(refusal('FORBIDDEN'));
    await send(ben, { do: 'scroll', node: 1, by: { x: 0, y: 9 } }, 4);
    expect(heard()).toEqual([1, 4]);
    expect((await scene.steps(id)).slice(-2)).toEqual(['system control-ended', 'visitor control-granted']);
  });

  const endings: [string, () => unknown][] = [
    ['the visitor takes it back', () => grant(anna, [])],
    ['the agent gives it back', () => scene.agent.request('cobrowse.release', { id: scene.view().id })],
    ['the agent watches no more', () => scene.agent.request('cobrowse.leave', { id: scene.view().id })],
    ['the agent’s page is gone', () => scene.agent.leave()],
    ['the agent’s token is revoked', () => scene.house.agents.revokeTokens(demo, anna)],
    ['the visitor is another agent’s', () => scene.visitor.request('visitor.tag', { assignedUser: 'ben@example.com' })],
  ];
  test.each(endings)('ends when %s', async (_, end) => {
    const id = await scene.granted();
    await send(scene.agent, { do: 'go', to: 'reload' }, 1);
    await end();
    await soon();
    expect(scene.view(scene.visitor).control).toBeUndefined();
    await expect(
      scene.agent.request('cobrowse.command', { id, n: 2, command: { do: 'go', to: 'reload' } }),
    ).rejects.toMatchObject({ name: 'CvError' });
    expect(heard()).toEqual([1]);
    const steps = await scene.steps(id);
    expect(steps.filter((step) => /control-(ended|revoked)/.test(step))).toHaveLength(1);
  });

  test('a page that comes back does not act until it is granted again', async () => {
    await scene.granted();
    scene.agent.leave();
    const again = await scene.house.agent(anna, { tab: scene.agent.tab });
    await soon();
    expect(again.last('agent.welcome').cobrowses).toHaveLength(1);
    expect(again.last('agent.welcome').cobrowses[0]).not.toHaveProperty('control');
    await expect(send(again, { do: 'go', to: 'reload' })).rejects.toMatchObject(refusal('FORBIDDEN'));
  });

  test('a question that is withdrawn cannot be answered', async () => {
    await scene.active();
    await ask(scene.agent);
    await scene.agent.request('cobrowse.release', { id: scene.view().id });
    await expect(grant(anna)).rejects.toMatchObject(refusal('NOT_FOUND'));
  });

  test('not asked for before consent, nor where the site does not want it', async () => {
    await scene.offered();
    await expect(ask(scene.agent)).rejects.toMatchObject(refusal('CONFLICT'));
    await scene.house.sites.update(demo, { settings: { cobrowse: { control: false } } });
    await expect(ask(scene.agent)).rejects.toMatchObject(refusal('UNSUPPORTED'));
  });

  test.each([
    ['http://shop.test/other?page=2#top', true],
    ['https://shop.test/', false],
    ['http://shop.test:8080/', false],
    ['http://evil.test/', false],
    ['http://shop.test.evil.test/', false],
    ['http://shop.test@evil.test/', false],
    ['http://john:secret@shop.test/', false],
    ['http://@shop.test/', true],
  ])('goes to %s: %s', async (to, allowed) => {
    await scene.granted();
    if (allowed) await send(scene.agent, { do: 'go', to });
    else await expect(send(scene.agent, { do: 'go', to })).rejects.toMatchObject(refusal('FORBIDDEN'));
    expect(heard()).toEqual(allowed ? [1] : []);
  });

  test('acts in the tab that is shown, and hears what could not be done from there alone', async () => {
    const id = await scene.granted();
    const front = await scene.tab();
    await soon();
    await send(scene.agent, { do: 'go', to: 'reload' }, 5);
    expect([heard(), front.all('cobrowse.command').map(({ n }) => n)]).toEqual([[], [5]]);
    await scene.visitor.request('cobrowse.outcome', { id, n: 5, code: 'FORBIDDEN' });
    expect(scene.agent.all('cobrowse.outcome')).toEqual([]);
    await front.request('cobrowse.outcome', { id, n: 5, code: 'NOT_FOUND' });
    expect(scene.agent.all('cobrowse.outcome')).toEqual([{ id, n: 5, code: 'NOT_FOUND' }]);
  });

  test('a command to a page that is just loading is told as not done', async () => {
    const id = await scene.granted();
    scene.visitor.leave();
    await send(scene.agent, { do: 'scroll', node: 1, by: { x: 0, y: 9 } }, 6);
    expect(scene.agent.all('cobrowse.outcome')).toEqual([{ id, n: 6, code: 'NOT_FOUND' }]);
  });
});

describe('[COB-11] an agent points at something', () => {
  const mark = { mark: 'laser', at: { x: 10, y: 20 } } as const;

  test('the tab that is shown and the others who watch see it, with the name', async () => {
    const id = await scene.active();
    const behind = await scene.tab({ page: { state: 'background' } });
    const ben = await second();
    await ben.request('cobrowse.mark', { id, mark });
    const seen = [{ id, agent: { email: 'ben@example.com', name: 'ben' }, mark }];
    expect([scene.visitor, scene.agent].map((page) => page.all('cobrowse.mark'))).toEqual([seen, seen]);
    expect([ben, behind].map((page) => page.all('cobrowse.mark'))).toEqual([[], []]);
  });

  test('nobody who does not watch, and nothing before consent', async () => {
    const id = await scene.offered();
    await scene.agent.request('cobrowse.mark', { id, mark });
    const ben = await scene.house.agent('ben@example.com');
    await expect(ben.request('cobrowse.mark', { id, mark })).rejects.toMatchObject(refusal('NOT_FOUND'));
    expect(scene.visitor.all('cobrowse.mark')).toEqual([]);
  });
});
