import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import { focused } from '../../focused.ts';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import type { MoreTexts } from './texts/more/en.ts';

type Asked = Extract<CobrowseScreen, { kind: 'control-asked' }>;

/** Asks which of what the agent wants to do is allowed. The page and the banner can be used meanwhile. */
export function ControlAsked({ texts, screen }: { texts: MoreTexts; screen: Asked }) {
  const { agent, capabilities } = screen;
  const dialog = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(capabilities);
  const toggle = (one: CobrowseCapability) =>
    setChosen(capabilities.filter((each) => (each === one) !== chosen.includes(each)));

  // As with every consent, no button has the focus: typing on allows nothing.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = focused();
    element?.focus({ preventScroll: true });
    return () => {
      if (element?.contains(focused())) before?.focus({ preventScroll: true });
    };
  }, []);

  useLayoutEffect(() => {
    const fit = () => dialog.current && fitBeside(dialog.current);
    // The banner may grow or be moved, and this with it.
    const growth = new ResizeObserver(fit);
    growth.observe(dialog.current?.parentElement as HTMLElement);
    for (const type of ['resize', 'pointerup']) window.addEventListener(type, fit);
    return () => {
      growth.disconnect();
      for (const type of ['resize', 'pointerup']) window.removeEventListener(type, fit);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    screen.refuse();
  };

  return (
    <div
      class="asked card"
      part="consent"
      data-cv="control-consent"
      role="alertdialog"
      aria-labelledby="cv-asks"
      aria-describedby="cv-allows cv-watched"
      tabIndex={-1}
      ref={dialog}
      onKeyDown={onKeyDown}
    >
      <h2 id="cv-asks">{texts.asks(agent)}</h2>
      <p id="cv-allows">{texts.allows}</p>
      <ul>
        {capabilities.map((capability) => {
          const [label, help] = texts.capabilities[capability];
          return (
            <li key={capability}>
              <label>
                <input
                  type="checkbox"
                  name={capability}
                  checked={chosen.includes(capability)}
                  onChange={() => toggle(capability)}
                />
                <span>{label}</span>
                <small>{help}</small>
              </label>
            </li>
          );
        })}
      </ul>
      <p id="cv-watched" class="soft">
        {texts.watched(agent)}
      </p>
      <footer>
        <button type="button" class="btn" part="decline" data-cv="decline" onClick={() => screen.refuse()}>
          {texts.refuse}
        </button>
        <button
          type="button"
          class="btn main"
          part="accept"
          data-cv="accept"
          disabled={chosen.length === 0}
          onClick={() => screen.grant(chosen)}
        >
          {texts.allow}
        </button>
      </footer>
    </div>
  );
}

/** Between the banner and what stands beside it, and least to the window’s edge; CSS pixels. */
const APART = 10;

/** Above the banner, or under it where there is more room; it takes no place beside it, so that nothing shifts. */
function fitBeside(element: HTMLElement): void {
  const { top: above, bottom } = (element.parentElement as HTMLElement).getBoundingClientRect();
  const under = window.innerHeight - bottom;
  element.classList.toggle('under', under > above);
  element.style.maxHeight = `${Math.max(under, above) - 2 * APART}px`;
}
