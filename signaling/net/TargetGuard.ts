import { isIP, type LookupFunction } from 'node:net';
import { refusedRange } from './addressRange.ts';
import { type Resolve, resolveByDns, resolveBySystem } from './resolve.ts';

/** The target is not one that the server may connect to. */
export class TargetError extends Error {
  override name = 'TargetError';
}

export interface TargetGuardOptions {
  allowPrivate: boolean;
  /** For what is no secret; as `allowPrivate` says if absent. */
  allowHttp?: boolean | undefined;
  resolve?: Resolve | undefined;
}

/**
 * Where the server may connect to when somebody else says so: what an admin enters for a webhook, or a page names as a
 * picture, must not reach into the server's own network. A name is judged by the very addresses that are connected to,
 * whatever it resolved to before.
 */
export class TargetGuard {
  readonly #allowPrivate: boolean;
  readonly #allowHttp: boolean;
  readonly #resolve: Resolve;

  constructor({ allowPrivate, allowHttp = allowPrivate, resolve }: TargetGuardOptions) {
    this.#allowPrivate = allowPrivate;
    this.#allowHttp = allowHttp;
    this.#resolve = resolve ?? (allowPrivate ? resolveBySystem : resolveByDns());
  }

  /** Throws a TargetError for what is wrong whatever the name resolves to; sockets look up no literal addresses. */
  check(url: URL): void {
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.#allowHttp)) {
      throw new TargetError('The target must be an https address: what webhooks tell is not for everybody’s eyes.');
    }
    if (url.port === '0') throw new TargetError('The target’s port must not be 0.');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host)) this.#checkAddress(host);
  }

  /** Resolves a name for a socket; fails if any of its addresses is refused. */
  readonly lookup: LookupFunction = (host, options, done) => {
    this.#allowed(host).then(
      (addresses) => {
        if (options.all) done(null, [...addresses]);
        else done(null, addresses[0].address, addresses[0].family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };

  async #allowed(host: string) {
    const addresses = await this.#resolve(host);
    for (const { address } of addresses) this.#checkAddress(address);
    const [first, ...more] = addresses;
    if (!first) throw new TargetError('The target’s name has no address: check how it is written.');
    return [first, ...more] as const;
  }

  /** The message names the kind of address and not the address: what the server's own DNS knows is not to be asked. */
  #checkAddress(address: string): void {
    const range = refusedRange(address, this.#allowPrivate);
    if (range) throw new TargetError(`The target’s address is not a public one (${range}).`);
  }
}
