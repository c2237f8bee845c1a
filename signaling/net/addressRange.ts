import ipaddr from 'ipaddr.js';

/** What development and tests may open beside public addresses. Cloud metadata are link-local and stay shut. */
const privateRanges = ['loopback', 'private', 'uniqueLocal', 'carrierGradeNat'];
/** All that is given out as public IPv6; everything else embeds, relays or reserves. */
const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** What kind of address this is, if the server must not connect to it. */
export function refusedRange(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'unknown';
  // An IPv4-mapped address is that IPv4 address.
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (allowPrivate && privateRanges.includes(range)) return undefined;
  if (range !== 'unicast') return range;
  return ip.kind() === 'ipv4' || (ip as ipaddr.IPv6).match(globalUnicast) ? undefined : 'reserved';
}
