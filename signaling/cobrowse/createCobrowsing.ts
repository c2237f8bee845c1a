import type { Assets } from './Assets.ts';
import { CobrowseFeed } from './CobrowseFeed.ts';
import { CobrowseService, type CobrowseServiceOptions } from './CobrowseService.ts';
import { RemoteHelp } from './RemoteHelp.ts';

/** Co-browsing, put together. */
export interface Cobrowsing {
  cobrowses: CobrowseService;
  help: RemoteHelp;
  feed: CobrowseFeed;
  assets: Pick<Assets, 'missing'>;
}

export function createCobrowsing(
  parts: CobrowseServiceOptions & { assets: Pick<Assets, 'open' | 'close' | 'missing'> },
): Cobrowsing {
  const cobrowses = new CobrowseService(parts);
  return {
    cobrowses,
    help: new RemoteHelp({ ...parts, cobrowses }),
    feed: new CobrowseFeed(cobrowses, parts.outlet),
    assets: parts.assets,
  };
}
