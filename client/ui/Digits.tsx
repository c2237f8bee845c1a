/** Six digits that are read out to somebody: in two groups to the eye, one by one to the ear. */
export function Digits({ code }: { code: string }) {
  return (
    <b class="digits">
      <span aria-hidden="true">{`${code.slice(0, 3)}\u2009${code.slice(3)}`}</span>
      <span class="unseen">{[...code].join(' ')}</span>
    </b>
  );
}
