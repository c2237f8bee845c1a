import { join } from 'node:path';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import type { Compressor } from './Compressor.ts';
import { originOf } from './origin.ts';
import { refuseWrites, sendText } from './reads.ts';
import { etagOf, StaticFolder, send } from './StaticFolder.ts';

export interface CobrowseViewerOptions {
  readonly distDir: string;
  readonly publicUrl?: string | undefined;
  readonly compressor: Compressor;
}

const PATH = '/cobrowse/viewer/';
const Manifest = z.object({ viewer: z.string().regex(/^app\/[A-Za-z0-9_.-]+\.js$/) });

/**
 * The document in which agents see visitors’ pages. What is shown in it was sent by a browser nobody here knows, so it
 * has no origin, no network and one script; pages within it are the same document again. Any page may frame it, as
 * agents’ pages may be anybody’s: there is nothing in it but what the page itself puts in.
 */
export function cobrowseViewer(options: CobrowseViewerOptions): Middleware {
  const built = new StaticFolder(join(options.distDir, 'cdn'), options.compressor);
  return async (ctx, next) => {
    if (ctx.path !== PATH) return next();
    ctx.state.route = 'cobrowse.viewer';
    if (refuseWrites(ctx)) return;
    const manifest = await built.read('manifest.json');
    const viewer = manifest && Manifest.safeParse(JSON.parse(manifest.body.toString())).data?.viewer;
    if (!viewer) {
      sendText(ctx, 503, 'The viewer has not been built yet. Start the server with “npm start”.');
      return;
    }
    const origin = originOf(ctx, options.publicUrl);
    setViewerPolicy(ctx, `${origin}/cdn/${viewer}`, `${origin}${PATH}`);
    const body = Buffer.from(
      `<!doctype html><html><head><meta charset="utf-8"><title></title><script src="/cdn/${viewer}"></script></head><body></body></html>`,
    );
    await send(ctx, options.compressor, { body, etag: etagOf(body), type: 'text/html; charset=utf-8' });
  };
}

function setViewerPolicy(ctx: Pick<Context, 'set' | 'remove'>, script: string, self: string): void {
  ctx.remove('X-Frame-Options');
  ctx.set({
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src ${script}`,
      "style-src 'unsafe-inline'",
      'img-src blob: data:',
      'font-src blob: data:',
      'media-src blob: data:',
      `frame-src ${self}`,
      "form-action 'none'",
      "base-uri 'none'",
      'sandbox allow-scripts',
      "require-trusted-types-for 'script'",
      'trusted-types coview-mirror',
    ].join('; '),
    'Permissions-Policy':
      'accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(), display-capture=(), ' +
      'fullscreen=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()',
    'Referrer-Policy': 'no-referrer',
    'X-DNS-Prefetch-Control': 'off',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'public, max-age=60',
  });
}
