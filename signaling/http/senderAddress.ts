import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** IPv6 hands whole networks to single customers: these count as one sender. */
const NETWORK_BITS = 64;

/**
 * Whom a request is counted for: its address, or of an IPv6 address the network. Behind `proxies` trusted ones it is
 * what the outermost of them wrote into X-Forwarded-For; what stands before that anybody may have made up.
 */
export function senderAddress(request: IncomingMessage, proxies: number): string {
  const peer = request.socket.remoteAddress ?? '';
  if (proxies === 0) return network(peer) ?? peer;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const claimed = forwarded.map((part) => part.trim()).at(-proxies) ?? forwarded[0] ?? '';
  return network(claimed) ?? network(peer) ?? peer;
}

/**
 * Whether it comes through a proxy that this server was not told of: then its address is not its sender's. Such a
 * proxy stands beside this server; from the open internet anybody can send the header, to be counted nowhere.
 */
export function isProxied({ headers, socket }: IncomingMessage): boolean {
  const claimed = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const peer = socket.remoteAddress ?? '';
  return claimed && ipaddr.isValid(peer) && ipaddr.process(peer).range() !== 'unicast';
}

function network(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  const parts = (address as ipaddr.IPv6).parts.slice(0, NETWORK_BITS / 16);
  return `${parts.map((part) => part.toString(16)).join(':')}::/${NETWORK_BITS}`;
}
