import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An address to listen on, and the one to tell browsers where it differs (behind NAT). */
export interface ListenAddress {
  ip: string;
  announcedAddress?: string;
}

/**
 * Where media should listen. With an announced address (an IP or a host name that browsers can reach): on every
 * interface, and only that address is told. Without: on each IPv4 address of this machine, the loopback among
 * them, each told as it is, so that localhost and the local network both work with nothing configured.
 */
export function listenAddresses(announced?: string): ListenAddress[] {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
  // Bound to every interface, the kernel may answer from another address than was asked, and the browser's first
  // checks are lost: an address of this machine is bound itself.
  if (announced && [...own, '127.0.0.1'].includes(announced)) return [{ ip: announced }];
  if (announced) return [{ ip: '0.0.0.0', announcedAddress: announced }];
  return [...new Set(['127.0.0.1', ...own])].map((ip) => ({ ip }));
}

/** A TCP port that is free on this address now; whether UDP has it free too only binding tells. */
export function freeTcpPort(ip: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, ip, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
