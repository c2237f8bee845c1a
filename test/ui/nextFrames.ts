/** An expression for a page: two frames, and what is due after them. Listeners to scrolls and effects have run by then. */
export const nextFrames = `(async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
})()`;
