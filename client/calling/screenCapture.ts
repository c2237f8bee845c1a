import type { Published } from '../core/MediaLink.ts';

export type CaptureFailure = 'picker-cancelled' | 'unsupported' | 'failed';

/** Opens the browser's own picker. To be called inside the click, before anything is awaited. */
export function captureScreen(): Promise<MediaStream> {
  if (typeof navigator.mediaDevices?.getDisplayMedia !== 'function') {
    return Promise.reject(new DOMException('This browser cannot share its screen.', 'NotSupportedError'));
  }
  return navigator.mediaDevices.getDisplayMedia({
    video: { frameRate: { ideal: 30, max: 30 } },
    audio: false,
    // Not yet in TypeScript's DOM types: the page itself may be shared, and the shared tab changed while sharing.
    ...{ selfBrowserSurface: 'include', surfaceSwitching: 'include', monitorTypeSurfaces: 'include' },
  });
}

export function captureFailure(error: unknown): CaptureFailure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return 'picker-cancelled';
  return name === 'NotSupportedError' ? 'unsupported' : 'failed';
}

/** Bits a second: enough for a moving 1080p screen with sharp text. */
const MAX_BITRATE = 5_000_000;

/** Tuned for text: resolution is kept when bandwidth is short, and motion still gets all 30 frames. */
export function screenTrack(stream: MediaStream): Published {
  const [track] = stream.getVideoTracks();
  if (!track) throw new DOMException('The capture has no picture.', 'NotReadableError');
  track.contentHint = 'text';
  return {
    track,
    source: 'screen',
    options: {
      encodings: [{ maxBitrate: MAX_BITRATE, maxFramerate: 30 }],
      codecOptions: { videoGoogleStartBitrate: 2_000 },
      onRtpSender: (sender) => {
        const parameters = sender.getParameters();
        parameters.degradationPreference = 'maintain-resolution';
        sender.setParameters(parameters).catch(() => {});
      },
    },
  };
}
