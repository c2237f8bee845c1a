import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CvError } from '#protocol/errors.ts';
import { SiteId } from '#protocol/ids.ts';
import { OriginPattern } from '#protocol/site.ts';
import { ConfigError, readConfig } from './config.ts';
import { reasonOf } from './reasonOf.ts';
import { SiteDirectory } from './site/SiteDirectory.ts';
import { TypeOrmStore } from './store/TypeOrmStore.ts';

const usage = `Usage, over the database that the environment names (COVIEW_DATA or DATABASE_URL):
  node signaling/admin.ts site create NAME "TITLE" --origin https://shop.example [--origin …]
  node signaling/admin.ts site list
  node signaling/admin.ts site new-key NAME
A running server knows a new site at once; a new key counts for it, and the former one ends, within a second.
`;

const out = (text: string) => process.stdout.write(`${text}\n`);

/** What an operator does before there is a key to do it by REST. */
async function main(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { origin: { type: 'string', multiple: true, default: [] } },
  });
  const [noun, verb, name, title] = positionals;
  if (noun !== 'site' || !['create', 'list', 'new-key'].includes(verb ?? '') || (verb !== 'list' && !name)) {
    throw new ConfigError(usage);
  }
  const { COVIEW_DATA, DATABASE_URL } = readConfig({ ...process.env, NODE_ENV: 'development' });
  await mkdir(COVIEW_DATA, { recursive: true, mode: 0o700 });
  const store = await TypeOrmStore.open({ url: DATABASE_URL, file: join(COVIEW_DATA, 'coview.sqlite') });
  try {
    const sites = await SiteDirectory.load(store.sites);
    if (verb === 'list') {
      for (const site of await store.sites.list())
        out(`${site.id}\t${site.name}\t${site.settings.allowedOrigins.join(' ')}`);
      return;
    }
    const id = SiteId.parse(name);
    if (verb === 'create' && sites.get(id)) throw new CvError('CONFLICT', `There is a site “${id}” already.`);
    const allowedOrigins = z.array(OriginPattern).parse(values.origin);
    const key =
      verb === 'create' ? await sites.create(id, title ?? id, { allowedOrigins }) : await sites.renewApiKey(id);
    out(`API key of ${id}, shown only now: ${key}`);
  } finally {
    await store.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const wrong = error instanceof z.ZodError ? error.issues.map(({ message }) => message).join('; ') : undefined;
  process.stderr.write(`${wrong ?? (error instanceof TypeError ? error.message : reasonOf(error))}\n`);
  process.exit(1);
});
