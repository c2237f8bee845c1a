import { build, type InlineConfig, type PreviewServer, preview } from 'vite';
import { Consumer } from './Consumer.ts';

/** Somebody's website on an origin of its own, whose script imports the npm package and is bundled with Vite. */
export class BuiltSite {
  readonly #project: Consumer;
  readonly #config: InlineConfig;
  readonly #servers: PreviewServer[] = [];

  private constructor(project: Consumer) {
    this.#project = project;
    this.#config = { configFile: false, root: project.folder, logLevel: 'error' };
  }

  static async build(script: string): Promise<BuiltSite> {
    const project = new Consumer();
    project.write(
      'index.html',
      '<!doctype html><title>Shop</title><h1>Shop</h1><script type="module" src="/main.ts"></script>',
    );
    project.write('main.ts', script);
    const site = new BuiltSite(project);
    await build(site.#config);
    return site;
  }

  /** Serves it, under this policy; answers the address. */
  async serve(csp = ''): Promise<string> {
    const server = await preview({
      ...this.#config,
      preview: { port: 0, headers: csp ? { 'Content-Security-Policy': csp } : {} },
    });
    this.#servers.push(server);
    const [url] = server.resolvedUrls?.local ?? [];
    if (!url) throw new Error('the built site has no address');
    return url;
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#project.remove();
  }
}
