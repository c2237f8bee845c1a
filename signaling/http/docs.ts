import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context, Middleware } from 'koa';
import type { Compressor } from './Compressor.ts';
import { setPagePolicy } from './headers.ts';
import { openApi } from './openapi.ts';
import { refuseWrites } from './reads.ts';
import { etagOf, StaticFolder, send } from './StaticFolder.ts';
import { docsPage, errorsPage, socketPage } from './socketPage.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';

const restPage = () =>
  docsPage(
    'REST',
    '/docs/',
    '<div id="ui"></div>\n<noscript>The document is at <a href="/openapi.json">/openapi.json</a>.</noscript>',
    '<link rel="stylesheet" href="/docs/ui/swagger-ui.css">\n' +
      '<script defer src="/docs/ui/swagger-ui-bundle.js"></script>\n<script defer src="/docs/rest.js"></script>\n',
  );

/** `/openapi.json`, and `/docs/` for people: REST, socket and error codes, all out of the contract. */
export function docs({
  publicUrl,
  compressor,
}: {
  publicUrl?: string | undefined;
  compressor: Compressor;
}): Middleware {
  // Made when first asked for, and then kept: the contract does not change while the process runs.
  const generated = new Map<string, { type: string; make: () => string; body?: Buffer }>([
    ['/openapi.json', { type: JSON_TYPE, make: () => JSON.stringify(openApi(publicUrl)) }],
    ['/docs/', { type: HTML_TYPE, make: restPage }],
    ['/docs/socket.html', { type: HTML_TYPE, make: socketPage }],
    ['/docs/errors.html', { type: HTML_TYPE, make: errorsPage }],
  ]);
  const ours = new StaticFolder(folderOf(import.meta.resolve('./docs/rest.js')), compressor);
  const swagger = new StaticFolder(folderOf(import.meta.resolve('swagger-ui-dist/package.json')), compressor);

  return async (ctx, next) => {
    const { path } = ctx;
    if (path !== '/openapi.json' && path !== '/docs' && !path.startsWith('/docs/')) return next();
    ctx.state.route = path === '/openapi.json' ? 'openapi' : 'docs';
    if (path === '/docs') {
      if (!refuseWrites(ctx)) ctx.redirect('/docs/');
      return;
    }
    setDocsPolicy(ctx);
    const entry = generated.get(path);
    if (entry) {
      if (refuseWrites(ctx)) return;
      entry.body ??= Buffer.from(entry.make());
      ctx.set('Cache-Control', 'no-cache');
      await send(ctx, compressor, { body: entry.body, etag: etagOf(entry.body), type: entry.type });
    } else if (/^\/docs\/ui\/swagger-ui(-bundle\.js|\.css)$/.test(path)) {
      await swagger.serve(ctx, path.slice('/docs/ui/'.length), 'no-cache');
    } else await ours.serve(ctx, path.slice('/docs/'.length), 'no-cache');
  };
}

const folderOf = (fileUrl: string): string => dirname(fileURLToPath(fileUrl));

function setDocsPolicy(ctx: Context): void {
  setPagePolicy(ctx, {
    'default-src': "'none'",
    'img-src': "'self' data:",
    'media-src': "'none'",
    'form-action': "'none'",
  });
}
