import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../Icons.tsx';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import { EscapeKey } from './EscapeKey.ts';
import type { MoreTexts } from './texts/more/en.ts';

/** Who acts in the page, and how to stop that at once. */
export function Control({
  texts,
  control,
}: {
  texts: MoreTexts;
  control: NonNullable<Extract<CobrowseScreen, { kind: 'sharing' }>['control']>;
}) {
  const latest = useRef(control);
  latest.current = control;
  useLayoutEffect(() => {
    const key = new EscapeKey(() => latest.current.stop());
    return () => key.close();
  }, []);
  useLayoutEffect(() => control.seen());
  const doings = control.capabilities.map((capability) => texts.doings[capability]).join(', ');
  return (
    <div class="line control" data-cv="control">
      <Icon name="pointer" />
      <p role="alert">
        <b>{texts.acts(control.agent)}</b> <small>{doings}</small> <span class="unseen">{texts.escapes}</span>
      </p>
      <button
        type="button"
        class="btn"
        title={texts.stopControlHelp}
        aria-keyshortcuts="Escape"
        data-cv="stop-control"
        onClick={() => control.stop()}
      >
        {texts.stopControl}
        <kbd>{texts.escape}</kbd>
      </button>
    </div>
  );
}
