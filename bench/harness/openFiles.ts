import { readFileSync } from 'node:fs';

/** Rejects where a process may not hold so many sockets; Node has raised its own limit to the hard one already. */
export function needOpenFiles(count: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const allowed = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  if (allowed >= count) return;
  throw new Error(
    `A process may open ${allowed} files here and this bench needs ${count}: run “ulimit -Hn ${count}” as root first, ` +
      'or raise the hard limit “nofile” in /etc/security/limits.conf (a container: --ulimit nofile=…).',
  );
}

/** Every socket takes a local port; the range has to hold them. */
export function needLocalPorts(count: number): void {
  const [first = 0, last = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  if (last - first > count * 1.2) return;
  throw new Error(
    `This machine hands out ports ${first} to ${last}, too few for ${count} sockets: ` +
      'run “sysctl net.ipv4.ip_local_port_range="20000 60999"” as root first.',
  );
}
