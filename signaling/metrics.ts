import { Counter, Gauge, type Registry } from 'prom-client';
import type { EmbeddedSfu } from '#sfu/EmbeddedSfu.ts';
import type { CallService } from './calling/CallService.ts';
import type { CobrowseService } from './cobrowse/CobrowseService.ts';
import type { FrameRelay } from './cobrowse/FrameRelay.ts';
import type { Gateway } from './gateway/Gateway.ts';
import type { PresenceService } from './presence/PresenceService.ts';
import type { WebhookSender } from './webhooks/WebhookSender.ts';

export interface MeasuredParts {
  registry: Registry;
  gateway: Gateway;
  presence: PresenceService;
  calls: CallService;
  cobrowses: CobrowseService;
  frames: FrameRelay;
  webhookSender: WebhookSender;
  sfu: EmbeddedSfu;
}

/** What `/metrics` tells beside HTTP and the process: read when asked, so that nothing is counted twice. */
export function serviceMetrics(parts: MeasuredParts) {
  const { registry, gateway, presence, calls, cobrowses, frames, webhookSender, sfu } = parts;
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('coview_sockets', 'Sockets connected', () => gateway.connections);
  gauge('coview_visitors', 'Visitors present, tagged or not', () => presence.size);
  gauge('coview_calls', 'Calls going on', () => calls.size);
  gauge('coview_cobrowses', 'Sharings of pages going on', () => cobrowses.sessions.size);
  gauge('coview_page_frame_cache_bytes', 'Page frames kept for agents who come later', () => frames.kept);
  new Counter({
    name: 'coview_page_frames_total',
    help: 'Page frames that came in, by what became of them; of an honest page they are relayed, stale or after a gap',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(frames.counted)) this.inc({ outcome }, count);
    },
  });
  new Gauge({
    name: 'coview_media_worker_cpu_seconds',
    help: 'Processor time of each media worker so far',
    labelNames: ['pid'],
    registers,
    async collect() {
      this.reset();
      for (const { pid, cpuMs } of (await sfu.stats()).workers) this.set({ pid: String(pid) }, cpuMs / 1000);
    },
  });
  const tries = new Counter({
    name: 'coview_webhook_tries_total',
    help: 'Tries to deliver to a webhook, by what the delivery is after it (pending: another try follows)',
    labelNames: ['state'],
    registers,
  });
  webhookSender.on('tried', (state) => tries.inc({ state }));
  const requests = new Counter({
    name: 'coview_socket_requests_total',
    help: 'Requests over sockets, by method and outcome (ok or an error code)',
    labelNames: ['method', 'outcome'],
    registers,
  });
  return { observe: (method: string, outcome: string) => requests.inc({ method, outcome }) };
}
