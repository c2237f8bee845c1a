import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createHttp, type HttpOptions, type HttpServer } from '#signaling/http/HttpServer.ts';
import { authenticator, demoSite, fakeHandlers, siteLookup } from './fakes.ts';

export interface Running {
  readonly http: HttpServer;
  readonly port: number;
  readonly url: string;
  readonly distDir: string;
  /** Every line that was logged, parsed. */
  readonly lines: () => Record<string, unknown>[];
  /** All of the log as text. */
  readonly logText: () => string;
  readonly close: () => Promise<void>;
}

const LOADER = 'const boot="__COVIEW_BOOT__";window.CV={boot};\n';
export const CORE = `export const core = ${JSON.stringify('x'.repeat(4000))};\n`;

const builtFiles = {
  'cdn/loader.js': LOADER,
  'cdn/loader.mjs': `export ${LOADER}`,
  'cdn/manifest.json': '{"core":"app/core-1a2b3c.js"}',
  'cdn/app/core-1a2b3c.js': CORE,
  'desk/index.html': '<!doctype html><title>Desk</title>',
  'desk/assets/desk-4d5e6f.js': 'export {};',
  'demo/index.html': '<!doctype html><title>Shop</title>',
  'demo/cart/index.html': '<!doctype html><title>Cart</title>',
  'outside.txt': 'the secret beside the served folders',
  'desk/.env': 'SECRET=1',
};

/** A real server on a free port, over fakes. Whoever starts it in a hook has to close it there. */
export async function start({
  built,
  ...options
}: Partial<HttpOptions> & { built?: Record<string, string> } = {}): Promise<Running> {
  const distDir = await mkdtemp(join(tmpdir(), 'coview-http-'));
  for (const [path, content] of Object.entries(built ?? builtFiles)) {
    await mkdir(dirname(join(distDir, path)), { recursive: true });
    await writeFile(join(distDir, path), content);
  }
  let text = '';
  const log = pino({ level: 'debug' }, { write: (line: string) => (text += line) });
  const http = createHttp({
    rest: fakeHandlers(),
    authenticator,
    sites: siteLookup(demoSite),
    distDir,
    checks: { database: async () => {}, media: async () => true },
    log,
    checkResponses: true,
    ...options,
  });
  const port = await http.listen(0, '127.0.0.1');
  return {
    http,
    port,
    url: `http://127.0.0.1:${port}`,
    distDir,
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    logText: () => text,
    close: async () => {
      await http.close();
      await rm(distDir, { recursive: true, force: true });
    },
  };
}

/** The same, closed when the test that asked for it ends. */
export async function startHere(options: Parameters<typeof start>[0] = {}): Promise<Running> {
  const running = await start(options);
  onTestFinished(running.close);
  return running;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Sends the path exactly as given; `fetch` would tidy it up first. */
export function raw(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end();
  });
}

export const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
export const json = { 'Content-Type': 'application/json' };

export interface SeenProblem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors?: { path: string; message: string }[];
}

/** The problem a response carries; throws if it is none. */
export async function problemOf(response: Response): Promise<SeenProblem> {
  const type = response.headers.get('content-type');
  if (!type?.startsWith('application/problem+json'))
    throw new Error(`no problem but ${type}: ${await response.text()}`);
  return (await response.json()) as SeenProblem;
}
