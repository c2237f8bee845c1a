import { join } from 'node:path';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { SiteId } from '#protocol/ids.ts';
import type { Site, WidgetBoot } from '#protocol/site.ts';
import type { Compressor } from './Compressor.ts';
import type { Languages } from './Languages.ts';
import { originOf } from './origin.ts';
import { refuseWrites, sendText } from './reads.ts';
import { etagOf, IMMUTABLE, StaticFolder, send } from './StaticFolder.ts';

export interface SiteLookup {
  find(id: SiteId): Site | undefined | Promise<Site | undefined>;
}

export interface CdnOptions {
  readonly sites: SiteLookup;
  readonly distDir: string;
  readonly publicUrl?: string | undefined;
  /** Beside English and German, which are built in. */
  readonly languages?: Languages | undefined;
  /** DOM events that a site's rules wait for; none if absent. */
  readonly eventsOf?: ((site: SiteId) => readonly string[]) | undefined;
  readonly compressor: Compressor;
}

const Manifest = z.object({ core: z.string().regex(/^app\/[A-Za-z0-9_.-]+\.js$/) });
const BOOT = /(["'`])__COVIEW_BOOT__\1/g;
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** What visitors' pages load: the site's own small loader, as a script and as a module, the widget's files, its texts. */
export function cdn(options: CdnOptions): Middleware {
  const built = new StaticFolder(join(options.distDir, 'cdn'), options.compressor);
  const app = new StaticFolder(join(options.distDir, 'cdn', 'app'), options.compressor);
  return async (ctx, next) => {
    const [, kind, rest] = /^\/cdn\/(js|app|texts)\/(.*)$/s.exec(ctx.path) ?? [];
    if (rest === undefined) return next();
    ctx.state.route = kind === 'js' ? 'cdn.loader' : `cdn.${kind}`;
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    if (kind === 'app') await app.serve(ctx, rest, IMMUTABLE);
    else if (refuseWrites(ctx)) return;
    else if (kind === 'texts') await sendTexts(ctx, rest, options);
    else await sendLoader(ctx, rest, built, options);
  };
}

async function sendTexts(ctx: Context, file: string, { languages, compressor }: CdnOptions): Promise<void> {
  const texts = languages?.get(/^(.*)\.json$/s.exec(file)?.[1] ?? '');
  if (!texts) {
    sendText(ctx, 404, 'This server has no texts in such a language.');
    return;
  }
  ctx.set('Cache-Control', 'public, max-age=300');
  await send(ctx, compressor, { ...texts, type: 'application/json; charset=utf-8' });
}

async function sendLoader(ctx: Context, file: string, built: StaticFolder, options: CdnOptions): Promise<void> {
  const [, name, kind] = /^(.*)\.(m?js)$/s.exec(file) ?? [];
  const id = SiteId.safeParse(name);
  if (!id.success) {
    const rule = 'a site’s name is made of a-z, 0-9 and -, at most 40 characters';
    return refuse(ctx, 404, `this script’s address names no site: ${rule}. It reads /cdn/js/SITE.js.`);
  }
  const site = await options.sites.find(id.data);
  if (!site) {
    return refuse(
      ctx,
      404,
      `this server has no site “${id.data}”. Correct the name in the script’s address /cdn/js/SITE.js.`,
    );
  }
  const [loader, manifest] = await Promise.all([built.read(`loader.${kind}`), built.read('manifest.json')]);
  if (!loader || !manifest)
    return refuse(ctx, 503, 'the widget has not been built yet. Start the server with “npm start”.');
  const host = originOf(ctx, options.publicUrl);
  const { core } = Manifest.parse(JSON.parse(manifest.body.toString()));
  const { allowedOrigins: origins, sessionIds, language, widget, chat, cobrowse } = site.settings;
  const events = options.eventsOf?.(site.id) ?? [];
  const boot: WidgetBoot = {
    site: site.id,
    host,
    sessionIds,
    language,
    languages: options.languages?.names ?? [],
    widget,
    ...(chat.files.enabled && { files: { maxBytes: chat.files.maxBytes } }),
    ...(cobrowse.enabled && { cobrowse: { control: cobrowse.control, privacy: cobrowse.privacy, origins } }),
    ...(events.length > 0 && { events }),
    core: `${host}/cdn/${core}`,
  };
  const body = Buffer.from(withBoot(loader.body.toString(), boot));
  ctx.set('Cache-Control', 'public, max-age=60');
  await send(ctx, options.compressor, { body, etag: etagOf(body), type: JAVASCRIPT });
}

function withBoot(loader: string, boot: WidgetBoot): string {
  const places = loader.match(BOOT)?.length ?? 0;
  if (places !== 1) throw new Error(`the built loader holds the string "__COVIEW_BOOT__" ${places} times, not once`);
  // In parentheses, because an arrow function’s body or a statement would take the braces for a block.
  return loader.replace(BOOT, () => `(${JSON.stringify(boot)})`);
}

/** A comment for who opens the address, and a warning for a page that runs it all the same. */
function refuse(ctx: Context, status: 404 | 503, why: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.body = `/* CoView: ${why} */\nconsole.warn(${JSON.stringify(`CoView: ${why}`)});\n`;
  ctx.type = JAVASCRIPT;
}
