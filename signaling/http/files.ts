import type { Context, Middleware } from 'koa';
import { CvError } from '#protocol/errors.ts';
import { FileId, SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import type { Files } from '#signaling/chat/Files.ts';
import type { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { bearerOf } from './bearer.ts';
import { drain } from './body.ts';
import { InputError } from './problem.ts';
import type { RateLimits } from './RateLimits.ts';
import type { Authenticator } from './RestHandlers.ts';
import { refuseWrites, sendText } from './reads.ts';
import { sendFile } from './sendFile.ts';
import { arriving, letOriginIn, preflight } from './visitorPages.ts';

export interface FileRoutesOptions {
  readonly files: Pick<Files, 'take' | 'read' | 'view'>;
  readonly visitorTokens: Pick<VisitorTokens, 'verify'>;
  readonly authenticator: Authenticator;
  readonly sites: { get(id: SiteId): Site | undefined };
  readonly limits: RateLimits;
  readonly publicUrl?: string | undefined;
}

/** `POST /files/{site}` and `GET /files/{site}/{id}/{key}`, see protocol/files.ts. */
export function files(options: FileRoutesOptions): Middleware {
  return async (ctx, next) => {
    const [, site, id, key] = /^\/files\/([^/]+)(?:\/([^/]+)\/([^/]+))?$/.exec(ctx.path) ?? [];
    if (site === undefined) return next();
    if (id !== undefined && key !== undefined) {
      ctx.state.route = 'files.read';
      if (!refuseWrites(ctx)) await read(ctx, site, id, key, options);
      return;
    }
    ctx.state.route = 'files.upload';
    try {
      await upload(ctx, site, options);
    } finally {
      await drain(ctx);
    }
  };
}

async function read(ctx: Context, site: string, id: string, key: string, { files }: FileRoutesOptions): Promise<void> {
  const named = { site: SiteId.safeParse(site).data, id: FileId.safeParse(id).data };
  const found = named.site && named.id && (await files.read(named.site, named.id, key));
  if (found) await sendFile(ctx, found.record, found.file);
  else sendText(ctx, 404, 'There is no such file, or not any more.');
}

async function upload(ctx: Context, name: string, options: FileRoutesOptions): Promise<void> {
  const id = SiteId.safeParse(name).data;
  const site = id && options.sites.get(id);
  if (!site) throw new CvError('NOT_FOUND', 'There is no such site.');
  letOriginIn(ctx, site, options.publicUrl);
  if (ctx.method === 'OPTIONS') return preflight(ctx, 'POST', 'Authorization, Content-Type, X-File-Name');
  if (ctx.method !== 'POST') {
    ctx.set('Allow', 'POST, OPTIONS');
    return sendText(ctx, 405, 'Files are sent here with POST.');
  }
  options.limits.takeFrom(ctx, 'uploads');
  const uploader = await uploaderOf(ctx, site, options);
  const { maxBytes } = site.settings.chat.files;
  if ((ctx.request.length ?? 0) > maxBytes) {
    throw new CvError('PAYLOAD_TOO_LARGE', `The file is too large; send at most ${maxBytes} bytes.`);
  }
  if (ctx.get('Content-Encoding')) throw new InputError('body: send the file as it is, without Content-Encoding');
  const bytes = arriving(ctx);
  const from = { site: site.id, uploader, address: options.limits.addressOf(ctx) };
  const record = await options.files.take({ ...from, name: fileName(ctx), maxBytes, bytes });
  ctx.set('Cache-Control', 'no-store');
  ctx.status = 201;
  ctx.body = options.files.view(site.id, record);
}

async function uploaderOf(ctx: Context, site: Site, options: FileRoutesOptions): Promise<string> {
  const token = bearerOf(ctx);
  const visitorId = token && options.visitorTokens.verify(site.id, token);
  if (visitorId) {
    if (site.settings.chat.files.enabled) return `visitor:${visitorId}`;
    throw new CvError('FORBIDDEN', 'Visitors may not send files on this site.');
  }
  const caller = token ? await options.authenticator.authenticate(token) : undefined;
  if (caller?.kind === 'agent' && caller.site === site.id) return `agent:${caller.agent.email}`;
  options.limits.takeFrom(ctx, 'refused');
  throw new CvError('UNAUTHENTICATED', 'Send a visitor’s token or an agent’s user token of this site as Bearer.');
}

function fileName(ctx: Context): string {
  try {
    return decodeURIComponent(ctx.get('X-File-Name'));
  } catch {
    throw new InputError('X-File-Name: expected the name in UTF-8, percent-encoded');
  }
}
