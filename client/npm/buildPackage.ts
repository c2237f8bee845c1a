import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { Declarations } from './Declarations.ts';

const here = import.meta.dirname;

/** The npm package, ready to be installed or published: a folder with all that it needs. */
export async function buildPackage(folder: string, shared: InlineConfig): Promise<void> {
  const entry = resolve(here, 'createCV.ts');
  const root = JSON.parse(await readFile(resolve(here, '../../package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, description, license } = root;
  const files = ['index.js', 'index.d.ts'];
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    main: './index.js',
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    files,
  };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    build({
      ...shared,
      build: {
        outDir: folder,
        emptyOutDir: false,
        target: 'es2022',
        minify: false,
        lib: { entry, formats: ['es'], fileName: () => 'index.js' },
      },
    }),
    writeFile(resolve(folder, 'index.d.ts'), Declarations.of(entry)),
    writeFile(resolve(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`),
    copyFile(resolve(here, 'README.md'), resolve(folder, 'README.md')),
  ]);
}
