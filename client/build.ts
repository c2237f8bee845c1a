import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { minify } from 'terser';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import { buildPackage } from './npm/buildPackage.ts';

const here = import.meta.dirname;
const dist = resolve(here, '../dist');
const shared: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  root: here,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

const core = resolve(here, 'core/start.ts');
const agents = resolve(here, 'core/AgentPage.ts');
const sharing = resolve(here, 'cobrowse/openSharing.ts');
const faces = ['VisitorUi.tsx', 'cobrowse/visitor/CobrowseUi.tsx'].map((path) => resolve(here, 'ui', path));
const chat = resolve(here, 'ui/ChatUi.tsx');
const layer = resolve(here, 'ui/Layer.ts');
const icons = resolve(here, 'ui/Icons.tsx');
/** Too small for files of their own: each goes with what is there wherever it is needed. */
const small = new Map(
  Object.entries({
    'cobrowse/hueOf.ts': 'Layer',
    'ui/texts/language.ts': 'Layer',
    'ui/Digits.tsx': 'Icons',
    'ui/plainName.ts': 'Icons',
    'ui/chat/useSheet.ts': 'Icons',
    'cobrowse/farNodes.ts': 'far',
    'cobrowse/record/farFrame.ts': 'far',
  }).map(([path, file]) => [resolve(here, path), file]),
);

/**
 * What a shared page always loads is one file, though a part of it is also for pages in frames of others; and so is
 * what calls and sharing both show the visitor.
 */
function fileOf(id: string, graph: Rolldown.ChunkingContext): string | null {
  /** A module with all that it imports at once. */
  const within = (root: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(root)) return seen;
    seen.add(root);
    for (const next of graph.getModuleInfo(root)?.importedIds ?? []) within(next, seen);
    return seen;
  };
  const isWithin = (root: string) => within(root).has(id);
  if (small.has(id)) return small.get(id) ?? null;
  if (isWithin(layer)) return 'Layer';
  if (id.includes('/node_modules/preact/') || isWithin(icons)) return 'Icons';
  if (id === sharing || [core, agents, chat].some(isWithin)) return null;
  if (isWithin(sharing)) return 'sharing';
  return faces.every(isWithin) ? 'visitor' : null;
}

/** Puts what is used once in our own code where it is used; the bundler, which shortens all the rest, does not. */
const inlined: Plugin = {
  name: 'inlined',
  async renderChunk(code, { moduleIds }) {
    if (moduleIds.some((id) => id.includes('node_modules'))) return null;
    const { code: shorter } = await minify(code, { module: true, mangle: false, compress: { passes: 2 }, ecma: 2020 });
    return shorter ?? null;
  },
};

/**
 * Writes beside what a module imports late what that imports at once: `client/core/load.ts` reads it off its function's
 * text, and has all of it come before the import. Files that are there whenever the module is are left out.
 */
const named: Plugin = {
  name: 'named',
  generateBundle(_, bundle) {
    const importsOf = (file: string, seen = new Set<string>()): Set<string> => {
      const chunk = bundle[file];
      if (seen.has(file) || chunk?.type !== 'chunk') return seen;
      seen.add(file);
      for (const next of chunk.imports) importsOf(next, seen);
      return seen;
    };
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
    const first = chunks.filter(({ isEntry }) => isEntry).flatMap(({ fileName }) => [...importsOf(fileName)]);
    for (const chunk of chunks) {
      const there = new Set([...first, ...importsOf(chunk.fileName)]);
      chunk.code = chunk.code.replace(/import\([`"]\.\/([\w-]+\.js)[`"]/g, (asked, file: string) => {
        const [, ...more] = [...importsOf(chunk.fileName.replace(/[^/]+$/, file))].filter((one) => !there.has(one));
        return more.length > 0 ? `${asked}/*${more.map((one) => basename(one)).join(' ')}*/` : asked;
      });
    }
  },
};

/** What a page loads first: a classic script, and a module for the npm package; one file each, no imports. */
async function buildLoaders(): Promise<void> {
  const loaders = [
    { entry: 'visitor.ts', format: 'iife', file: 'loader.js' },
    { entry: 'module.ts', format: 'es', file: 'loader.mjs' },
  ] as const;
  for (const { entry, format, file } of loaders) {
    await build({
      ...shared,
      build: {
        outDir: resolve(dist, 'cdn'),
        emptyOutDir: false,
        target: 'es2022',
        lib: { entry: resolve(here, entry), formats: [format], name: 'coview', fileName: () => file },
        rolldownOptions: { output: { minify: true, comments: false } },
      },
    });
  }
}

interface Manifest {
  /** The main module, in `cdn/`. */
  core: string;
  /** The script of the frame in which agents see a visitor’s page, in `cdn/`. */
  viewer: string;
  /** Names of this build's files in `cdn/app/`. */
  files: string[];
}

const manifestFile = resolve(dist, 'cdn/manifest.json');

const formerManifest = (): Promise<Partial<Manifest>> => readFile(manifestFile, 'utf8').then(JSON.parse, () => ({}));

/** A mirrored page's policy lets one file run, and no other: all that the frame needs is in it. */
async function buildViewer(): Promise<string> {
  const output = await build({
    ...shared,
    build: {
      outDir: resolve(dist, 'cdn/app'),
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: {
        input: { viewer: resolve(here, 'cobrowse/mirror/viewer/start.ts') },
        output: { entryFileNames: '[name]-[hash].js', format: 'iife' },
      },
    },
  });
  const [chunk] = 'output' in output ? output.output : [];
  if (!chunk) throw new Error('the build gave no viewer');
  return basename(chunk.fileName);
}

/**
 * The widget's modules, each loaded when first needed; names carry a hash, so browsers keep them for good. Pages that
 * were opened before an upgrade still ask for those of the build before, which therefore stay for one build more.
 */
async function buildApp(viewer: string): Promise<void> {
  const app = resolve(dist, 'cdn/app');
  const { files: former = [] } = await formerManifest();
  const outputs = await build({
    ...shared,
    plugins: [inlined, named],
    define: { 'process.env': '{}', 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: app,
      emptyOutDir: false,
      target: 'es2022',
      // In a library an import is just an import, with no preloading of styles around it.
      lib: { entry: { core }, formats: ['es'] },
      rolldownOptions: {
        checks: { bundlerTimings: false },
        // What the main module shares with later ones stays in it.
        preserveEntrySignatures: 'allow-extension',
        output: {
          entryFileNames: '[name]-[hash].js',
          chunkFileNames: '[name]-[hash].js',
          minify: true,
          comments: false,
          codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: 'shared' }] },
        },
      },
    },
  });
  const [output] = [outputs].flat();
  const chunks = output && 'output' in output ? output.output : [];
  const entry = chunks.find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
  if (!entry) throw new Error('the build gave no entry');
  const manifest: Manifest = {
    core: `app/${basename(entry.fileName)}`,
    viewer: `app/${viewer}`,
    files: [...chunks.map(({ fileName }) => basename(fileName)), viewer].sort(),
  };
  await writeFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  const wanted = new Set([...manifest.files, ...former]);
  const old = (await readdir(app)).filter((name) => !wanted.has(name));
  await Promise.all(old.map((name) => rm(resolve(app, name))));
}

async function buildDesk(): Promise<void> {
  await build({
    ...shared,
    root: resolve(here, 'desk'),
    base: '/desk/',
    plugins: [named],
    build: { outDir: resolve(dist, 'desk'), emptyOutDir: true, target: 'es2022', modulePreload: false },
  });
}

await mkdir(resolve(dist, 'cdn'), { recursive: true });
await buildLoaders();
await buildApp(await buildViewer());
await buildDesk();
await buildPackage(resolve(dist, 'npm'), shared);
await rm(resolve(dist, 'demo'), { recursive: true, force: true });
await cp(resolve(here, 'demo'), resolve(dist, 'demo'), { recursive: true });
