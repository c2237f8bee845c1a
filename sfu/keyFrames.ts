import type { Consumer } from 'mediasoup/types';

/**
 * Least milliseconds between two key frame requests to one sender. libwebrtc ignores, and forgets, a request that
 * comes within 300 ms of the one before (video/encoder_rtcp_feedback.cc), so who joins in that time would wait for
 * the engine's repetition a second later; held back for longer than that, the second request is heard. The first
 * one is sent at once whatever this is.
 */
export const KEY_FRAME_REQUEST_GAP_MS = 400;

/** Above the gap, so that a repeated request is not held back, and below the engine's own second. */
const PATIENCE_MS = 700;
const MAX_REPEATS = 8;

/**
 * Asks again while a resumed video consumer has not been sent a key frame. The engine repeats an unanswered request
 * once, after a second; where both are lost the viewer would stay black for good. Stops by itself; returns the undo.
 */
export function insistOnKeyFrame(consumer: Consumer): () => void {
  let repeats = 0;
  const ignore = () => {};
  const timer = setInterval(() => {
    if (++repeats > MAX_REPEATS) stop();
    else consumer.requestKeyFrame().catch(ignore);
  }, PATIENCE_MS);
  const stop = () => {
    clearInterval(timer);
    consumer.off('trace', stop);
    consumer.observer.off('close', stop);
    if (!consumer.closed) consumer.enableTraceEvent([]).catch(ignore);
  };
  consumer.on('trace', stop);
  consumer.observer.once('close', stop);
  consumer.enableTraceEvent(['keyframe']).catch(ignore);
  return stop;
}
