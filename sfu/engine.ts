import { errors } from 'mediasoup';
import type {
  Consumer,
  RtpCapabilities as EngineCapabilities,
  DtlsParameters as EngineDtls,
  RtpParameters as EngineRtp,
  WebRtcTransport,
} from 'mediasoup/types';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource, TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';

/*
 * The edge to mediasoup: the only place that casts between its types and the contract's. The contract's schemas
 * describe the same objects, with plain strings where mediasoup lists literals.
 */

export const engineDtls = (dtls: DtlsParameters): EngineDtls => dtls;
export const engineRtp = (rtp: RtpParameters): EngineRtp => rtp as EngineRtp;
export const engineCapabilities = (capabilities: RtpCapabilities): EngineCapabilities =>
  capabilities as EngineCapabilities;

/** Without the `undefined` members that JSON would lose on the way to the browser anyway. */
const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;

export const transportInfo = (transport: WebRtcTransport): TransportInfo =>
  plain({
    id: transport.id as TransportId,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: transport.dtlsParameters,
  });

export const consumerInfo = (consumer: Consumer, source: MediaSource): ConsumerInfo =>
  plain({
    id: consumer.id as ConsumerId,
    producerId: consumer.producerId as ProducerId,
    kind: consumer.kind,
    source,
    rtpParameters: consumer.rtpParameters,
  });

/** Runs a request to the engine and answers its errors in the contract's codes; `otherwise` is for the unnamed. */
export async function ask<T>(what: string, otherwise: ErrorCode, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw engineError(what, otherwise, cause);
  }
}

function engineError(what: string, otherwise: ErrorCode, cause: unknown): CvError {
  if (cause instanceof CvError) return cause;
  if (cause instanceof errors.WorkerClosedError)
    return new CvError('UNAVAILABLE', `${what}: the media worker is gone`, { cause });
  if (cause instanceof errors.NotFoundError) return new CvError('NOT_FOUND', `${what}: closed meanwhile`, { cause });
  if (cause instanceof errors.UnsupportedError)
    return new CvError('INVALID_INPUT', `${what}: ${cause.message}`, { cause });
  if (cause instanceof TypeError || cause instanceof RangeError)
    return new CvError('INVALID_INPUT', `${what}: the media engine refuses these parameters`, { cause });
  return new CvError(otherwise, `${what}: the media engine refuses`, { cause });
}
