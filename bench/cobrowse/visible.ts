/**
 * Notes in `window.visibleAt`, by what the document’s `#ticker` says, when a frame that shows it has been drawn. What
 * changes within a frame’s own callbacks is drawn in that frame, anything else in the next one; the task after it tells.
 */
export const watchVisible = `(document) => {
  const frame = window.requestAnimationFrame.bind(window);
  const now = () => performance.timeOrigin + performance.now();
  const { port1, port2 } = new MessageChannel();
  window.visibleAt = {};
  let drawing = false;
  window.requestAnimationFrame = (callback) => frame((time) => {
    drawing = true;
    try { callback(time); } finally { queueMicrotask(() => (drawing = false)); }
  });
  port1.onmessage = ({ data }) => (window.visibleAt[data] = now());
  const drawn = (text) => port2.postMessage(text);
  let last;
  new MutationObserver(() => {
    const text = document.querySelector('#ticker')?.textContent;
    if (text === last) return;
    last = text;
    if (drawing) drawn(text);
    else frame(() => drawn(text));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}`;
