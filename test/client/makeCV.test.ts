import { afterEach, expect, test, vi } from 'vitest';
import { makeCV } from '#client/page/makeCV.ts';
import { FakePage } from './FakePage.ts';
import { boot } from './VisitorTab.ts';

afterEach(() => vi.unstubAllGlobals());

test('[NPM-8] what could not be loaded listens to the page no more, until it is tried again', async () => {
  const page = new FakePage();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const made = makeCV(boot);
  const missing = { ...boot, core: 'data:text/javascript,throw new Error()', events: ['cart:full'] };
  let looks = 0;
  class Seen extends Event {
    override get target(): EventTarget | null {
      looks++;
      return super.target;
    }
  }
  const tell = () => page.window.dispatchEvent(new Seen('cart:full'));
  for (const heard of [1, 2]) {
    looks = 0;
    const loaded = made.load(missing);
    tell();
    expect(looks, `try ${heard}`).toBeGreaterThan(0);
    await expect(loaded).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(made.CV.api.isAgentOnline()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    looks = 0;
    tell();
    expect(looks).toBe(0);
  }
});
