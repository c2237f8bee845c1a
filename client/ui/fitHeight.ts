/** Makes a text field as high as its text; what stands around it is held meanwhile, or lists would lose their end. */
export function fitHeight(box: HTMLElement | null): void {
  const around = box?.parentElement;
  if (!around) return;
  around.style.height = `${around.offsetHeight}px`;
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
  around.style.height = '';
}
