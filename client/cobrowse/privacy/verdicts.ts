/** What is to become of a node; few frozen instances, so that they compare by identity. */
export interface Verdict {
  /** Left out: an empty box of the same size stands for it. */
  readonly blocked: boolean;
  /** Its characters leave the browser as `*` only. */
  readonly masked: boolean;
  /** No setting of a site can show it. */
  readonly forced: boolean;
  /** A rule of the site shows it, fields included. */
  readonly shown: boolean;
  /** No rule that shows counts in it any more. */
  readonly final: boolean;
  /** Pictures within are shown. */
  readonly pictures: boolean;
  /** Whoever may act in the page may act here, unless it is a field that is masked. */
  readonly open: boolean;
  /** Its text never leaves, not even as `*`. */
  readonly mute: boolean;
}

const verdict = (changes: Partial<Verdict>): Verdict =>
  Object.freeze({
    blocked: false,
    masked: false,
    forced: false,
    shown: false,
    final: false,
    pictures: false,
    open: false,
    mute: false,
    ...changes,
  });

/** From the most open to the strictest. */
export const verdicts = {
  /** A rule shows it. */
  shown: verdict({ shown: true, pictures: true, open: true }),
  /** Text is shown, fields are not. */
  plain: verdict({ pictures: true, open: true }),
  /** By `maskAll`. */
  all: verdict({ masked: true, pictures: true, open: true }),
  /** A field, or within one. */
  field: verdict({ masked: true }),
  /** By a rule. */
  masked: verdict({ masked: true, final: true }),
  /** A password or a payment field. */
  forced: verdict({ masked: true, forced: true, final: true }),
  /** Scripts and the like. */
  mute: verdict({ masked: true, forced: true, final: true, mute: true }),
  blocked: verdict({ blocked: true, masked: true, final: true, mute: true }),
  /** What pays by another site’s frame. */
  payment: verdict({ blocked: true, masked: true, forced: true, final: true, mute: true }),
} as const;

const strictness = Object.values(verdicts);

export const stricter = (one: Verdict, other: Verdict): Verdict =>
  strictness.indexOf(other) > strictness.indexOf(one) ? other : one;
