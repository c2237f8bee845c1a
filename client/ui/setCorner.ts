import type { WidgetBoot } from '#protocol/site.ts';

/** The site's colour and the corner its chat stands in, for a layer's styles; a strict CSP lets no attribute through. */
export function setCorner(layer: HTMLElement, { color, position, offset }: WidgetBoot['widget']): void {
  layer.classList.add('chat', position);
  for (const [name, value] of [
    ['--site', color],
    ['--x', `${offset.x}px`],
    ['--y', `${offset.y}px`],
  ] as const) {
    layer.style.setProperty(name, value);
  }
}
