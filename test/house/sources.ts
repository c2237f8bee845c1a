import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

export const root = resolve(import.meta.dirname, '../..');
const rooms = ['protocol', 'sfu', 'signaling', 'client', 'test', 'bench'] as const;

export interface Import {
  /** A file of the house, relative to the root, or undefined for a package. */
  file?: string;
  /** A package's name, or a node: module. */
  package?: string;
  /** Nothing of it is left at run time. */
  typeOnly: boolean;
}

export interface Source {
  /** Relative to the root. */
  path: string;
  text: string;
  lines: number;
  imports: Import[];
}

/** Every source file of the house with what it imports, read by a real parser. */
export function readSources(): Source[] {
  return rooms
    .flatMap((room) => globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }))
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found = module.staticImports.map((statement) => ({
    name: statement.moduleRequest.value,
    typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
  }));
  const reexported = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((entry) =>
      entry.moduleRequest ? [{ name: entry.moduleRequest.value, typeOnly: entry.isType }] : [],
    ),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const literal = /^['"](.*)['"]$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    return literal?.[1] ? [{ name: literal[1], typeOnly: false }] : [];
  });
  return [...found, ...reexported, ...dynamic].map(({ name, typeOnly }) => ({ ...target(path, name), typeOnly }));
}

function target(from: string, name: string): { file?: string; package?: string } {
  if (name.startsWith('#')) return { file: name.slice(1) };
  if (name.startsWith('.')) return { file: relative(root, resolve(root, dirname(from), name.split('?')[0] ?? name)) };
  const parts = name.split('/');
  return { package: name.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? name) };
}
