/** What these tests use of the server; they are compiled for the browser, where its own types are unknown. */
export interface RealService {
  url: string;
  token(agent?: string): string;
  rest(verb: string, path: string, body?: unknown): Promise<Response>;
  stop(options?: { keepData?: boolean }): Promise<void>;
}

export interface RealProxy {
  port: number;
  silent: boolean;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

const support = (name: string): Promise<Record<string, unknown>> => import(`#test/support/${name}.ts`);

export async function startService(options: Record<string, unknown> = {}): Promise<RealService> {
  const { TestService } = await support('TestService');
  return (TestService as { start(options: unknown): Promise<RealService> }).start(options);
}

export async function startProxy(target: number): Promise<RealProxy> {
  const { SilentProxy } = await support('SilentProxy');
  return (SilentProxy as { to(target: number): Promise<RealProxy> }).to(target);
}
