import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { agentHtml, Mirrored } from './Mirrored.ts';
import { chart } from './pages/chart.ts';
import { components } from './pages/components.ts';
import { controls } from './pages/controls.ts';
import { frames } from './pages/frames.ts';
import { PageHost } from './pages/PageHost.ts';
import { react } from './pages/react.ts';
import type { Scene } from './pages/Scene.ts';
import { table } from './pages/table.ts';
import { walled } from './pages/walled.ts';
import { Stage } from './Stage.ts';

const scenes: readonly Scene[] = [components, react, chart, walled, frames, table, controls];
const unmask = ['input[type=number]', ...scenes.flatMap(({ unmask = [] }) => unmask)];
/** What is hidden whatever a site has set, but that. */
const masked = `:is(input, textarea, select, [contenteditable]):not(${unmask.join()})`;

let stage: Stage;
let host: PageHost;
beforeAll(async () => {
  stage = await Stage.open();
  const { url } = stage.service;
  host = await PageHost.start(url, [
    ...scenes.map(({ files }) => files),
    () => ({ '/agent': { type: 'text/html', body: agentHtml(url) } }),
  ]);
  const { status } = await stage.service.rest('PUT', 'site', {
    settings: { cobrowse: { privacy: { maskAll: false, mask: [], unmask, block: [] } } },
  });
  expect(status).toBe(200);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage.close();
  await host.close();
});

test.each(scenes.map((scene) => [scene.name, scene] as const))(
  '[E2ECO-1] the agent sees %s as the visitor does, at first and as it changes',
  async (_, scene) => {
    const visitor = await stage.person('', { viewport: { width: 800, height: 600 } });
    await scene.before?.(visitor, host.url);
    await visitor.goto(`${host.url}${scene.path}`);
    await untilTrue(visitor, 'window.CVLoaded === true');
    if (scene.ready) await untilTrue(visitor, scene.ready);
    const mirrored = await Mirrored.share(stage, visitor, `${host.url}/agent`);
    const compared = { masked, apart: scene.apart ?? '', rough: scene.rough ?? '' };
    await visitor.mouse.move(790, 590);
    await mirrored.same(`${scene.name} 00`, compared);
    for (const [at, [name, act]] of scene.acts.entries()) {
      await act(visitor);
      await mirrored.same(`${scene.name} ${String(at + 1).padStart(2, '0')} ${name}`, compared);
    }
  },
  400_000,
);
