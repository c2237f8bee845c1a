const SVG = 'http://www.w3.org/2000/svg';

/** The same arrow that agents see of the visitor. */
const ARROW = 'M1 1v18l4.6-4.2 2.9 7 3-1.3-2.9-6.8H15z';

export function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string> = {},
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export function cursorIcon(): SVGSVGElement {
  const icon = svgElement('svg', { viewBox: '0 0 16 23' });
  icon.append(svgElement('path', { d: ARROW }));
  return icon;
}

/** With who it comes from. */
export function named(kind: string, name: string): HTMLElement {
  const element = document.createElement('div');
  element.className = kind;
  element.dataset['cv'] = `agent-${kind}`;
  if (name) {
    const label = element.appendChild(document.createElement('span'));
    label.className = 'name';
    label.textContent = name;
  }
  return element;
}
