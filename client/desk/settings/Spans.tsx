import { Icon } from '../parts/Icon.tsx';
import { words } from '../texts/settings/words.ts';

export interface Span {
  from: string;
  to: string;
}

const CLOCK = '([01][0-9]|2[0-3]):[0-5][0-9]|24:00';

/** The hours of a day; none is closed. */
export function Spans({
  title,
  spans,
  onChange,
}: {
  title: string;
  spans: readonly Span[];
  onChange(spans: Span[]): void;
}) {
  const put = (at: number, fields: Partial<Span>) =>
    onChange(spans.map((one, n) => (n === at ? { ...one, ...fields } : one)));
  const last = spans.at(-1)?.to ?? '09:00';
  return (
    <fieldset class="spans">
      <legend>{title}</legend>
      {spans.length === 0 && <span class="soft">{words.closed}</span>}
      {spans.map((span, at) => (
        <span class="span" key={at}>
          <Clock label={words.from} value={span.from} onInput={(from) => put(at, { from })} />
          <span aria-hidden="true">–</span>
          <Clock
            label={words.to}
            value={span.to}
            wrong={span.to <= span.from ? words.spanTurned : ''}
            onInput={(to) => put(at, { to })}
          />
          <button
            type="button"
            class="bare"
            aria-label={words.removeSpan}
            title={words.removeSpan}
            onClick={() => onChange(spans.filter((_, n) => n !== at))}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      {last < '23:00' && spans.length < 10 && (
        <button type="button" class="link" onClick={() => onChange([...spans, nextAfter(spans.at(-1)?.to)])}>
          {words.addSpan}
        </button>
      )}
    </fieldset>
  );
}

function nextAfter(to: string | undefined): Span {
  if (!to) return { from: '09:00', to: '17:00' };
  return { from: to, to: '24:00' };
}

interface ClockProps {
  label: string;
  value: string;
  /** What is wrong with it beside its form. */
  wrong?: string;
  onInput(value: string): void;
}

function Clock({ label, value, wrong = '', onInput }: ClockProps) {
  return (
    <input
      class="clock"
      inputMode="numeric"
      required
      pattern={CLOCK}
      title={words.clockHelp}
      placeholder="09:00"
      maxLength={5}
      aria-label={label}
      value={value}
      ref={(field) => field?.setCustomValidity(wrong)}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
