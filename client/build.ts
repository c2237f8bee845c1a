import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const dist = resolve(here, '../dist');
const shared: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  root: here,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

/** Vite's own helper loads styles in files of their own, of which there are none: an import is just an import. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined),
};

/** The first script: one classic file, no imports. */
async function buildLoader(): Promise<void> {
  await build({
    ...shared,
    build: {
      outDir: resolve(dist, 'cdn'),
      emptyOutDir: false,
      target: 'es2022',
      lib: { entry: resolve(here, 'visitor.ts'), formats: ['iife'], name: 'coview', fileName: () => 'loader.js' },
    },
  });
}

/** The widget's modules, each loaded when first needed; names carry a hash, so browsers keep them for good. */
async function buildApp(): Promise<void> {
  const output = await build({
    ...shared,
    plugins: [plainImports],
    build: {
      outDir: resolve(dist, 'cdn/app'),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: {
        input: { core: resolve(here, 'core/start.ts') },
        // What the main module shares with later ones stays in it.
        preserveEntrySignatures: 'allow-extension',
        output: { entryFileNames: '[name]-[hash].js', chunkFileNames: '[name]-[hash].js', format: 'es' },
      },
    },
  });
  const chunks = 'output' in output ? output.output : [];
  const entry = chunks.find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
  if (!entry) throw new Error('the build gave no entry');
  const manifest = { core: `app/${basename(entry.fileName)}` };
  await writeFile(resolve(dist, 'cdn/manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function buildDesk(): Promise<void> {
  await build({
    ...shared,
    root: resolve(here, 'desk'),
    base: '/desk/',
    build: { outDir: resolve(dist, 'desk'), emptyOutDir: true, target: 'es2022', modulePreload: false },
  });
}

await rm(resolve(dist, 'cdn'), { recursive: true, force: true });
await mkdir(resolve(dist, 'cdn'), { recursive: true });
await buildLoader();
await buildApp();
await buildDesk();
await rm(resolve(dist, 'demo'), { recursive: true, force: true });
await cp(resolve(here, 'demo'), resolve(dist, 'demo'), { recursive: true });
