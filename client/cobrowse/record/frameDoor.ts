import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from '../../core/complain.ts';
import { load } from '../../core/load.ts';
import type { Begin, Here } from './farFrame.ts';

/** In a page within a frame: what stands around it may record it, if the site trusts that. Loads nothing before. */
export function openFrameDoor(boot: WidgetBoot): void {
  const { parent } = window;
  if (parent === window || !boot.cobrowse) return;
  const here = () => parent.postMessage({ coview: 'frame!', site: boot.site } satisfies Here, '*');
  window.addEventListener('message', ({ source, origin, data, ports: [port] }) => {
    if (source !== parent) return;
    const { coview, site } = (data ?? {}) as Partial<Begin>;
    if ((coview as string) === 'frame?') here();
    if (coview !== 'frame' || site !== boot.site || !port) return;
    load(() => import('./FrameGuest.ts'))
      .then(({ FrameGuest }) => FrameGuest.begin(boot, origin, data as Begin, port))
      .catch(complain);
  });
  here();
}
