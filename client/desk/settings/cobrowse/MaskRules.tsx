import { useId } from 'preact/hooks';
import { allUnderstood } from '../../../cobrowse/privacy/selectors.ts';
import { words } from '../../texts/settings/words.ts';

interface MaskRulesProps {
  name: string;
  label: string;
  help: string;
  /** One selector a line. */
  text: string;
  /** Counts what a selector finds on the sample page. */
  page: Document | undefined;
  onText(text: string): void;
}

const LEAST_LINES = 3;

/** Selectors, one a line; beside each, what it finds, or that no browser understands it. */
export function MaskRules({ name, label, help, text, page, onText }: MaskRulesProps) {
  const id = useId();
  const lines = text.split('\n');
  const wrong = wrongLines(text);
  const { cobrowse } = words;
  return (
    <div class="mask-rules">
      <label for={id}>{label}</label>
      <small id={`${id}-help`}>{help}</small>
      <div class="mask-lines">
        <textarea
          id={id}
          data-test={`rules-${name}`}
          rows={Math.max(LEAST_LINES, lines.length)}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          wrap="off"
          aria-describedby={`${id}-help ${id}-lines`}
          aria-invalid={wrong.length > 0}
          value={text}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
        <ol id={`${id}-lines`} aria-label={cobrowse.lines} data-test={`lines-${name}`}>
          {lines.map((line, index) => (
            <li key={index} class={wrong.includes(index) ? 'wrong' : ''}>
              {line.trim() === '' ? (
                ''
              ) : wrong.includes(index) ? (
                <>
                  <span class="unseen">{cobrowse.line(index + 1)}</span> {cobrowse.notSelector}
                </>
              ) : (
                cobrowse.found(page?.querySelectorAll(line.trim()).length ?? 0)
              )}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

export const selectorsIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Lines, from 0, that no browser understands. */
export function wrongLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' || allUnderstood([line.trim()]) ? [] : [index]));
}
