import type { TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';

/** What both sides of the comparison can do; rooms and peers are named by their numbers. */
export interface Relay {
  openRoom(room: number): Promise<void>;
  join(room: number, peer: number): Promise<TransportInfo>;
  connect(room: number, peer: number, dtls: DtlsParameters): Promise<void>;
  produce(room: number, peer: number, rtp: RtpParameters): Promise<string>;
  /** Lets the peer receive what was produced. */
  watch(room: number, peer: number, producerId: string, capabilities: RtpCapabilities): Promise<void>;
  /** Processor time of its one worker process so far, in milliseconds. */
  cpuMs(): Promise<number>;
  close(): void;
}
