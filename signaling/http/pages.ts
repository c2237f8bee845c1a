import { BlockList } from 'node:net';
import { join } from 'node:path';
import type { Context, Middleware } from 'koa';
import type { Compressor } from './Compressor.ts';
import { setPagePolicy } from './headers.ts';
import { originOf } from './origin.ts';
import { refuseWrites, sendText } from './reads.ts';
import { IMMUTABLE, StaticFolder } from './StaticFolder.ts';

export interface PagesOptions {
  readonly distDir: string;
  readonly publicUrl?: string | undefined;
  /** Serves the demo shop at `/demo/` and sends `/` there. */
  readonly demo?: boolean | undefined;
  /** Answer of `/demo/credentials.json`, to this machine’s own browsers only. */
  readonly credentials?: object | undefined;
  readonly compressor: Compressor;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** The agents’ desk, the demo shop, and where `/` leads. */
export function pages(options: PagesOptions): Middleware {
  const desk = new StaticFolder(join(options.distDir, 'desk'), options.compressor);
  const demo = new StaticFolder(join(options.distDir, 'demo'), options.compressor);
  return async (ctx, next) => {
    const { path } = ctx;
    if (path === '/') return redirect(ctx, options.demo ? '/demo/' : '/desk/');
    if (path === '/desk') return redirect(ctx, '/desk/');
    if (path.startsWith('/desk/')) {
      ctx.state.route = 'desk';
      setDeskPolicy(ctx, options.publicUrl);
      return servePage(ctx, desk, path.slice('/desk/'.length));
    }
    if (!options.demo) return next();
    if (path === '/demo') return redirect(ctx, '/demo/');
    if (path === '/demo/credentials.json') return sendCredentials(ctx, options.credentials);
    if (path.startsWith('/demo/')) {
      ctx.state.route = 'demo';
      setDemoPolicy(ctx);
      return servePage(ctx, demo, path.slice('/demo/'.length));
    }
    return next();
  };
}

async function servePage(ctx: Context, folder: StaticFolder, path: string): Promise<void> {
  if (!(await folder.read('index.html'))) {
    if (refuseWrites(ctx)) return;
    sendText(
      ctx,
      503,
      'This page has not been built yet. Start the server with “npm start”: it builds what is missing.',
    );
    return;
  }
  if (path && !path.endsWith('/') && (await folder.read(`${path}/index.html`))) return redirect(ctx, `${ctx.path}/`);
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  // The bundler puts a hash of the content into the names of what it writes to assets/, and only there.
  await folder.serve(ctx, file, path.startsWith('assets/') ? IMMUTABLE : 'no-cache');
}

function setDeskPolicy(ctx: Context, publicUrl: string | undefined): void {
  // Not every browser counts a socket to the same host as 'self'.
  const origin = originOf(ctx, publicUrl);
  setPagePolicy(ctx, { 'connect-src': `'self' ${origin.replace(/^http/, 'ws')}` });
}

/** The shop stands for a customer’s page, which has scripts and styles of its own. */
function setDemoPolicy(ctx: Context): void {
  ctx.set('Content-Security-Policy', "object-src 'none'; base-uri 'none'; frame-ancestors 'self'");
  ctx.set('X-Frame-Options', 'SAMEORIGIN');
}

/**
 * The development logins. A proxy on this machine would make the whole world look local, and so would a foreign
 * page’s host name that was rebound to 127.0.0.1: neither gets them.
 */
function sendCredentials(ctx: Context, credentials: object | undefined): void {
  ctx.state.route = 'demo.credentials';
  if (refuseWrites(ctx)) return;
  const address = ctx.req.socket.remoteAddress ?? '';
  const local = loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  const proxied = ctx.get('Forwarded') !== '' || ctx.get('X-Forwarded-For') !== '';
  const named = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(ctx.get('Host'));
  if (!credentials || !local || proxied || !named) {
    sendText(ctx, 404, 'There is no such file.');
    return;
  }
  ctx.set('Cache-Control', 'no-store');
  ctx.body = credentials;
}

function redirect(ctx: Context, to: string): void {
  ctx.state.route = 'redirect';
  if (refuseWrites(ctx)) return;
  ctx.redirect(to);
}
