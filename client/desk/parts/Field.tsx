import type { ComponentChildren } from 'preact';

export interface FieldProps {
  label: string;
  value: string | undefined;
  /** Only for addresses that were looked at. */
  href?: string | undefined;
  children?: ComponentChildren;
}

/** A name and a value. */
export function Field({ label, value, href, children }: FieldProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {href ? (
          <a href={href} target="_blank" rel="noopener noreferrer">
            {value}
          </a>
        ) : (
          value
        )}
        {children}
      </dd>
    </div>
  );
}
