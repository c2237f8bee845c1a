import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A project of somebody else's, with the npm package installed and nothing else. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), 'coview-consumer-'));

  constructor() {
    cpSync(join(root, 'dist/npm'), join(this.folder, 'node_modules/coview'), { recursive: true });
    this.write('package.json', JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** A package of the house's, for what only a test compares. */
  link(name: string): void {
    symlinkSync(join(root, 'node_modules', name), join(this.folder, 'node_modules', name));
  }

  /** What the compiler says of this source, under the strictest settings; nothing if all is well. */
  async compile(source: string, options: object = {}): Promise<string> {
    this.write('main.ts', source);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      module: 'ESNext',
      moduleResolution: 'Bundler',
      types: [],
      ...options,
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return run(process.execPath, [tsc, '-p', '.'], { cwd: this.folder }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  }

  async node(script: string): Promise<string> {
    return (await run(process.execPath, ['--input-type=module', '-e', script], { cwd: this.folder })).stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
