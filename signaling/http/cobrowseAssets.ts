import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { AssetHash } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import { CobrowseId, SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import type { AssetAccess } from '#signaling/cobrowse/AssetAccess.ts';
import type { AssetFetcher } from '#signaling/cobrowse/AssetFetcher.ts';
import type { Assets } from '#signaling/cobrowse/Assets.ts';
import { kindOf } from '#signaling/cobrowse/assetType.ts';
import type { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { bearerOf } from './bearer.ts';
import { drain, readJson } from './body.ts';
import { InputError } from './problem.ts';
import type { RateLimits } from './RateLimits.ts';
import type { Authenticator } from './RestHandlers.ts';
import { sendText } from './reads.ts';
import { arriving, letOriginIn, preflight } from './visitorPages.ts';

export interface CobrowseAssetsOptions {
  readonly assets: Pick<Assets, 'take' | 'read'>;
  readonly fetcher: Pick<AssetFetcher, 'fetch'>;
  readonly access: AssetAccess;
  readonly visitorTokens: Pick<VisitorTokens, 'verify'>;
  readonly authenticator: Authenticator;
  readonly sites: { get(id: SiteId): Site | undefined };
  readonly limits: RateLimits;
  readonly publicUrl?: string | undefined;
}

const Wanted = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(4000) });

/** What the address names. */
interface Place {
  site: SiteId;
  session: CobrowseId;
  /** Undefined for what the server is to get itself. */
  hash: string | undefined;
}

/** `POST` and `GET /cobrowse/{site}/{session}/assets/{hash}`, `POST /cobrowse/{site}/{session}/fetch`. */
export function cobrowseAssets(options: CobrowseAssetsOptions): Middleware {
  return async (ctx, next) => {
    const [, name, session, hash] = /^\/cobrowse\/([^/]+)\/([^/]+)\/(?:assets\/([^/]+)|fetch)$/.exec(ctx.path) ?? [];
    if (name === undefined) return next();
    ctx.state.route = hash === undefined ? 'cobrowse.fetch' : 'cobrowse.asset';
    try {
      const id = SiteId.safeParse(name).data;
      const site = id && options.sites.get(id);
      if (!site) throw notFound();
      letOriginIn(ctx, site, options.publicUrl);
      if (ctx.method === 'OPTIONS') return preflight(ctx, 'GET, POST', 'Authorization, Content-Type');
      const place = { site: site.id, session: CobrowseId.parse(session), hash: hash && AssetHash.parse(hash) };
      await answer(ctx, place, options);
    } catch (error) {
      throw error instanceof z.ZodError ? notFound() : error;
    } finally {
      await drain(ctx);
    }
  };
}

async function answer(ctx: Context, place: Place, options: CobrowseAssetsOptions): Promise<void> {
  const { hash } = place;
  const reads = hash !== undefined && (ctx.method === 'GET' || ctx.method === 'HEAD');
  if (!reads && ctx.method !== 'POST') {
    ctx.set('Allow', hash === undefined ? 'POST, OPTIONS' : 'GET, HEAD, POST, OPTIONS');
    return sendText(ctx, 405, 'This address does not take that.');
  }
  await permit(ctx, place, reads, options);
  ctx.set('Cache-Control', 'no-store');
  if (reads) return read(ctx, place.session, hash, options);
  const { session } = place;
  ctx.body = hash === undefined ? await fetched(ctx, session, options) : await taken(ctx, session, hash, options);
  ctx.status = 201;
}

/** The sharing visitor sends and reads, agents who watch read. To everybody else there is no such session. */
async function permit(ctx: Context, { site, session }: Place, reads: boolean, options: CobrowseAssetsOptions) {
  const { visitorTokens, authenticator, access, limits } = options;
  const token = bearerOf(ctx);
  const visitorId = token && visitorTokens.verify(site, token);
  if (visitorId) {
    if (access.shares(site, session, visitorId)) return;
    await limits.takeFrom(ctx, 'refused');
    throw notFound();
  }
  const caller = token ? await authenticator.authenticate(token) : undefined;
  if (caller?.kind === 'agent' && caller.site === site) {
    if (!reads) throw new CvError('FORBIDDEN', 'Only the visitor’s page sends these.');
    if (access.watches(site, session, caller.agent.id)) return;
    await limits.takeFrom(ctx, 'refused');
    throw notFound();
  }
  await limits.takeFrom(ctx, 'refused');
  throw new CvError('UNAUTHENTICATED', 'Send the visitor’s token or an agent’s user token of this site as Bearer.');
}

function taken(ctx: Context, session: CobrowseId, hash: string, { assets }: CobrowseAssetsOptions) {
  const type = ctx.get('Content-Type');
  if (kindOf(type) === undefined) throw new InputError('Content-Type: expected image/…, font/… or text/css');
  if (ctx.get('Content-Encoding')) throw new InputError('body: send it as it is, without Content-Encoding');
  return assets.take(session, { hash, type, bytes: arriving(ctx) });
}

async function fetched(ctx: Context, session: CobrowseId, { fetcher }: CobrowseAssetsOptions) {
  const wanted = Wanted.safeParse(await readJson(ctx));
  if (!wanted.success) throw new InputError('body: expected {"url": "https://…"}');
  return fetcher.fetch(session, wanted.data.url);
}

/** Runs nothing whoever opens it, and stays nowhere. */
async function read(ctx: Context, session: CobrowseId, hash: string, { assets }: CobrowseAssetsOptions): Promise<void> {
  const found = await assets.read(session, hash);
  if (!found) throw notFound();
  ctx.set({
    'Content-Type': found.type,
    'Content-Disposition': 'attachment',
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
  });
  ctx.status = 200;
  if (ctx.method === 'HEAD') await found.file.close();
  else ctx.body = found.file.createReadStream();
  ctx.length = found.size;
}

const notFound = () => new CvError('NOT_FOUND', 'There is no such thing, or not any more.');
