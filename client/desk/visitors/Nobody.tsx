import { texts } from '../texts/texts.ts';

/** The list is empty: why, and what to do about it. */
export function Nobody({ site }: { site: string }) {
  return (
    <div class="nobody" data-test="empty">
      <svg viewBox="0 0 240 150" aria-hidden="true">
        <rect class="soft" x="30" y="14" width="180" height="116" rx="12" />
        <path class="line" d="M30 40h180" />
        <circle class="dot" cx="46" cy="27" r="4" />
        <circle class="dot" cx="60" cy="27" r="4" />
        <path class="line" d="M112 27h84" />
        <path class="ghost" d="M92 112c0-20 12-30 28-30s28 10 28 30M120 74a15 15 0 1 0 0-30 15 15 0 0 0 0 30" />
        <path class="accent" d="M168 90h44m-14-14 14 14-14 14" />
      </svg>
      <h3>{texts.emptyTitle}</h3>
      <p>{texts.emptyText}</p>
      {site === 'demo' ? (
        <p>
          <a href="/demo/" target="_blank" rel="noopener">
            {texts.emptyDemo}
          </a>
        </p>
      ) : (
        <p class="soft">{texts.emptySetUp}</p>
      )}
    </div>
  );
}
