import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { root } from '#test/house/sources.ts';
import { part, Stage, showsMotion } from './Stage.ts';

/** `npm run picture`: the README's picture, from a real run of the shop, the widget and the desk. */
const stage = await Stage.open();
try {
  const visitor = await stage.person();
  await visitor.setViewportSize({ width: 1000, height: 720 });
  await visitor.goto(`${stage.service.url}/demo/`);
  await visitor.click('#sign-in');
  await visitor.click('[data-account="1002"]');
  await visitor.waitForSelector('html[data-tagged]');
  const desk = await stage.person();
  await desk.setViewportSize({ width: 1280, height: 860 });
  await desk.goto(`${stage.service.url}/desk/?site=demo#token=${stage.service.token()}&visitors`);
  await desk.locator('[data-test="user"] [data-test="start"]').click();
  await part(visitor, 'accept').waitFor();
  const asked = await visitor.screenshot({ animations: 'disabled' });
  await part(visitor, 'accept').click();
  await visitor.evaluate(
    `setInterval(() => window.scrollTo({ top: (Math.sin(performance.now() / 900) + 1) * 200 }), 30)`,
  );
  await showsMotion(desk);
  await visitor.mouse.move(1, 1);
  const shared = await desk.screenshot({ animations: 'disabled' });

  const sheet = await stage.person();
  await sheet.setViewportSize({ width: 1800, height: 800 });
  const image = (bytes: Buffer, width: number) =>
    `<img width="${width}" src="data:image/png;base64,${bytes.toString('base64')}">`;
  await sheet.setContent(
    `<style>body { margin: 0; padding: 40px; display: flex; gap: 40px; align-items: center; background: #e6ecec }
       img { border-radius: 12px; box-shadow: 0 12px 40px #0003 }</style>${image(asked, 760)}${image(shared, 920)}`,
  );
  await untilTrue(sheet, '[...document.images].every((image) => image.complete)');
  await mkdir(join(root, 'docs/images'), { recursive: true });
  await sheet.screenshot({ path: join(root, 'docs/images/screen-share.png') });
} finally {
  await stage.close();
}
