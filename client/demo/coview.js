/** Resolves with `CV` as soon as CoView's script, which is loaded asynchronously, is there. */
export const coview = new Promise((resolve) => {
  const ready = () => resolve(window.CV);
  if (!window.CVLoaded) window.CVLoaded = ready;
  else ready();
});
