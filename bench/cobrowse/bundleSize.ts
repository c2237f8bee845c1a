import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Row } from '#bench/harness/report.ts';

const cdn = resolve(import.meta.dirname, '../../dist/cdn');
const KIB = 1024;
const MOST = 30;
/** What a visitor has loaded who has the chat open, in which the sharing is offered. */
const widget = /^(core|Launcher|VisitorChat|ChatUi)-/;
/** Only if the agent points or asks to act, or the visitor wants to see what is hidden; and when it is over. */
const later = /^(Remote|AgentsOnPage|HiddenOverlay|moreParts|VisitorControl)-/;
/** Loads with the first of what this visit has and others do not: selects, rules that a script changes, and the like. */
const needed = /^(rareWatchers|RuleWatch|Animations|RareAssets|CanvasSampler|FarFrames)-/;

const textOf = (module: string) => readFileSync(resolve(cdn, 'app', module), 'utf8');
const gzip = (bytes: string | Buffer) => gzipSync(bytes, { level: 9 }).length / KIB;

/** Modules with everything that they import at once. */
function closureOf(modules: readonly string[], seen = new Set<string>()): Set<string> {
  for (const module of modules) {
    if (seen.has(module)) continue;
    seen.add(module);
    const imported = textOf(module).matchAll(/(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g);
    closureOf(
      [...imported].flatMap(([, name]) => name ?? []),
      seen,
    );
  }
  return seen;
}

/** `loaded`: what a visitor’s page has asked for from the offer on. */
export function bundleRows(loaded: readonly string[], rrweb: string): { rows: Row[]; notes: string[] } {
  const { files } = JSON.parse(readFileSync(resolve(cdn, 'manifest.json'), 'utf8')) as { files: string[] };
  const known = closureOf(files.filter((file) => widget.test(file)));
  const beyond = loaded.filter((module) => !known.has(module));
  const helping = [...closureOf(files.filter((file) => later.test(file)))].filter((module) => !known.has(module));
  const isUsual = (module: string) => !needed.test(module);
  const all = new Set([...beyond, ...helping]);
  const sum = (modules: Iterable<string>) => [...modules].reduce((total, module) => total + gzip(textOf(module)), 0);
  const baseline = gzip(readFileSync(rrweb));
  const row = (figure: string, coview: number, limit?: Row['limit']): Row => ({
    figure,
    unit: 'KiB',
    coview,
    baseline,
    ...(limit && { limit }),
  });
  const parts = beyond.map((module) => `${module.replace(/-[\w-]{8}\.js$/, '')} ${gzip(textOf(module)).toFixed(1)}`);
  return {
    rows: [
      row('loaded beyond the chat, the question too, gzip (rrweb’s recorder)', sum(beyond.filter(isUsual)), {
        most: MOST,
      }),
      row('  with what this visit needs besides (rrweb’s recorder)', sum(beyond)),
      row('  where no chat was opened (rrweb’s recorder)', sum(loaded)),
      row('  with remote control, marks and overlay (rrweb’s recorder)', sum(all)),
    ],
    notes: [
      `Loaded: the modules that the visitor’s page asked for from the offer on, each by itself in gzip -9. Beyond the chat, in which the sharing is offered: ${parts.join(', ')} KiB.`,
    ],
  };
}
