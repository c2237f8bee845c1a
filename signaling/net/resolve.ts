import { lookup, Resolver } from 'node:dns/promises';

interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** All addresses of a name; rejects if there is none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** As the machine itself resolves names, its hosts file included. */
export const resolveBySystem: Resolve = async (host) => (await lookup(host, { all: true })) as ResolvedAddress[];

/**
 * Names that strangers chose: asked of the DNS servers directly, because the system's own lookup takes one of few
 * threads for each, and a name whose servers never answer would hold up everything else that needs one.
 */
export function resolveByDns(resolver = new Resolver({ timeout: 3_000, tries: 2 })): Resolve {
  return async (host) => {
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = found.flatMap((answer, index) =>
      answer.status === 'fulfilled'
        ? answer.value.map((address): ResolvedAddress => ({ address, family: index === 0 ? 4 : 6 }))
        : [],
    );
    const failed = found.find((answer) => answer.status === 'rejected');
    if (addresses.length === 0 && failed) throw failed.reason;
    return addresses;
  };
}
