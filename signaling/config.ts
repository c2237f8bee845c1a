import { z } from 'zod';
import { IceServer } from '#protocol/media.ts';

const flag = z.stringbool({ truthy: ['1', 'true', 'yes'], falsy: ['0', 'false', 'no', ''] });
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

const Environment = z.object({
  NODE_ENV: z.string().default('development'),
  /** Port of HTTP and sockets; 0 takes a free one. */
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  /** Address to listen on; all of them when unset. */
  HOST: z.string().optional(),
  /** Folder of the database and, in development, of the credentials. */
  COVIEW_DATA: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  /** At least 32 characters; signs visitor tokens. */
  COVIEW_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** Origin under which browsers reach this server; derived from each request when unset. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => new URL(url).origin)
    .optional(),
  IDENTITY_MODE: z.enum(['open']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** First UDP and TCP port of the media workers; one port a worker. 0 takes free ones. */
  RTC_PORT: z.coerce.number().int().min(0).max(65535).default(40000),
  /** Address that browsers reach the media workers at; this machine's own addresses when unset. */
  RTC_ANNOUNCED_ADDRESS: z.string().optional(),
  /** Media workers; one per core when unset. */
  RTC_WORKERS: z.coerce.number().int().min(1).max(128).optional(),
  /** `RTCIceServer[]` as JSON, given to every browser. */
  ICE_SERVERS: json.pipe(z.array(IceServer)).optional(),
  /** `turn:` addresses, separated by commas, of a coturn with `use-auth-secret`. */
  TURN_URLS: list.optional(),
  /** coturn's `static-auth-secret`. */
  TURN_SECRET: z.string().min(1).optional(),
  /** Compares every answer with the contract; for tests. */
  COVIEW_CHECK_ANSWERS: flag.default(false),
});

export type Config = Readonly<z.infer<typeof Environment>> & { readonly development: boolean };

export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads and checks the environment; the error names each variable and the cure. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration is not usable; set or correct these variables:\n${lines.join('\n')}`);
  }
  const config = { ...parsed.data, development: parsed.data.NODE_ENV !== 'production' };
  const missing = [
    ...(config.TURN_URLS && !config.TURN_SECRET ? ['TURN_SECRET: TURN_URLS needs coturn’s static-auth-secret'] : []),
    ...(config.development ? [] : productionFaults(config)),
  ];
  if (missing.length > 0) {
    throw new ConfigError(
      `The configuration is not usable; set or correct these variables:\n  ${missing.join('\n  ')}`,
    );
  }
  return config;
}

function productionFaults(config: z.infer<typeof Environment>): string[] {
  const faults: string[] = [];
  if (!config.COVIEW_SECRET)
    faults.push('COVIEW_SECRET: missing; set 32 or more random characters, kept over restarts');
  else if (config.COVIEW_SECRET.startsWith('dev-'))
    faults.push('COVIEW_SECRET: is a development secret; make a new one');
  if (!config.IDENTITY_MODE) {
    faults.push('IDENTITY_MODE: missing; “open” trusts what pages tag (the only mode of this version)');
  }
  return faults;
}
