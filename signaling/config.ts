import { z } from 'zod';
import { IceServer } from '#protocol/media.ts';

const PORTS = 65_535;
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const address = (pattern: RegExp, cure: string) => z.string().regex(pattern, `must be ${cure}`);

const whole = (min: number, max: number) => {
  const cure = `must be a whole number from ${min} to ${max}`;
  const digits = z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, cure);
  return digits.transform(Number).refine((number) => number >= min && number <= max, cure);
};

const flag = z.stringbool({
  truthy: ['1', 'true', 'yes'],
  falsy: ['0', 'false', 'no'],
  error: 'must be 1 or 0',
});

const hops = z.string().transform((text, context) => {
  const known = flag.or(whole(0, 10)).safeParse(text.trim());
  if (known.success) return Number(known.data);
  context.addIssue({ code: 'custom', message: 'must be the number of proxies in front, from 0 to 10' });
  return z.NEVER;
});

const origin = z
  .string()
  .refine(
    (url) => /^https?:\/\/[^/?#@]+\/?$/.test(url) && URL.canParse(url),
    'must be an origin such as https://help.example.com, without a path',
  )
  .transform((url) => new URL(url).origin);

const turnUrls = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .refine(
    (urls) => urls.every((url) => /^turns?:[^/]/.test(url)),
    'must be addresses such as turn:turn.example.com:3478, separated by commas',
  );

/** One that browsers do not understand would make every call fail when it begins. */
const iceServers = z.string().transform((text, context) => {
  const parsed = z.array(IceServer).safeParse(parseJson(text));
  const understood = parsed.data?.every(({ urls }) => [urls].flat().every((url) => /^(stun|turn)s?:[^/]/.test(url)));
  if (parsed.success && understood) return parsed.data;
  const message = 'must be RTCIceServer[] in JSON, for example [{"urls":"stun:stun.example.com"}]';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Environment = z.object({
  NODE_ENV: z.string().default('development'),
  /** Port of HTTP and sockets; 0 takes a free one. */
  PORT: whole(0, PORTS).default(8080),
  /** Address to listen on; all of them when unset. */
  HOST: z.string().optional(),
  /** Folder of the database and, in development, of the credentials. */
  COVIEW_DATA: z.string().default('./data'),
  DATABASE_URL: address(/^postgres(ql)?:\/\//, 'an address that begins with postgres://').optional(),
  /** At least 32 characters; signs visitor tokens. */
  COVIEW_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** Origin under which browsers reach this server, which links that it hands out lead to. */
  PUBLIC_URL: origin.optional(),
  /** Of sites that do not choose themselves: whether pages are believed in whom they tag. */
  IDENTITY_MODE: z.enum(['open', 'signed'], 'must be open or signed').optional(),
  /** Webhooks may go to private and loopback addresses, and by plain http. */
  WEBHOOK_ALLOW_PRIVATE: flag.default(false),
  /** Proxies in front that add the sender to X-Forwarded-For; their word is taken for who sends a request. */
  TRUST_PROXY: hops.default(0),
  /** Limits of requests, messages and handshakes; off only for load tests, or where something in front limits. */
  RATE_LIMITS: flag.default(true),
  LOG_LEVEL: z.enum(levels, `must be one of ${levels.join(', ')}`).default('info'),
  /** First UDP and TCP port of the media workers, one port a worker; 0 takes free ones, as development does. */
  RTC_PORT: whole(0, PORTS).optional(),
  /** Address that browsers reach the media workers at; this machine's own addresses when unset. */
  RTC_ANNOUNCED_ADDRESS: address(/^[\w.:-]+$/, 'an IP address or a host name').optional(),
  /** Media workers; one per core when unset. */
  RTC_WORKERS: whole(1, 128).optional(),
  /** `RTCIceServer[]` as JSON, given to every browser. */
  ICE_SERVERS: iceServers.optional(),
  /** `turn:` addresses, separated by commas, of a coturn with `use-auth-secret`. */
  TURN_URLS: turnUrls.optional(),
  /** coturn's `static-auth-secret`. */
  TURN_SECRET: z.string().min(1).optional(),
  /** Compares every answer with the contract; for tests. */
  COVIEW_CHECK_ANSWERS: flag.default(false),
  /** Rows that are read again and again stay in memory until they are written; off to measure what a reading costs. */
  COVIEW_KEEP_ROWS: flag.default(true),
});

export type Config = Readonly<z.infer<typeof Environment>> & {
  readonly development: boolean;
  readonly RTC_PORT: number;
};

/** What the firewall of a production server is opened for. */
const RTC_PORT = 20_000;

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
  const development = parsed.data.NODE_ENV !== 'production';
  const config = { ...parsed.data, development, RTC_PORT: parsed.data.RTC_PORT ?? (development ? 0 : RTC_PORT) };
  const missing = [
    ...(config.TURN_URLS && !config.TURN_SECRET
      ? ['TURN_SECRET: missing; TURN_URLS needs coturn’s static-auth-secret']
      : []),
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
    faults.push(
      'IDENTITY_MODE: missing; set “signed” (recommended: a person needs a token signed by your server) or “open” (pages are believed in whom they tag)',
    );
  }
  if (!config.PUBLIC_URL) {
    faults.push(
      'PUBLIC_URL: missing; set the origin that browsers reach this server at, such as https://help.example.com',
    );
  }
  return faults;
}
