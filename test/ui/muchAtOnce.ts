/**
 * An expression for a page: so much work at once that a common machine takes the 50 ms for it after which the browser
 * calls a task long. What it gives, in milliseconds, is what may take no longer on the machine at hand, as busy as it is.
 */
export const muchAtOnce = `(() => {
  const began = performance.now();
  const box = document.body.appendChild(document.createElement('div'));
  for (let n = 0; n < 5_000; n++) box.appendChild(document.createElement('p')).textContent = 'Paragraph ' + n;
  box.getBoundingClientRect();
  box.remove();
  return performance.now() - began;
})()`;
