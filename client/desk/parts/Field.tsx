import type { ComponentChildren } from 'preact';
import { unturned } from '../../ui/plainName.ts';

export interface FieldProps {
  label: string;
  value: string | undefined;
  /** Only for addresses that were looked at. */
  href?: string | undefined;
  children?: ComponentChildren;
}

/** A name and a value. */
export function Field({ label, value = '', href, children }: FieldProps) {
  // An address that is too long for its line breaks behind its @, not somewhere in a word.
  const shown = unturned(value)
    .split(/(?<=@)/)
    .map((part, i) => (i === 0 ? part : [<wbr key="break" />, part]));
  return (
    <div>
      <dt>{unturned(label)}</dt>
      <dd>
        {href ? (
          <a href={href} target="_blank" rel="noopener noreferrer">
            {shown}
          </a>
        ) : (
          shown
        )}
        {children}
      </dd>
    </div>
  );
}
