import { initialsOf } from '../person/person.ts';

/** Initials, and a dot for whether the page is in front: a full one, or a ring; none for who is not there. */
export function Face({ name, state, says }: { name: string; state?: 'active' | 'background'; says?: string }) {
  return (
    <span class="face" data-state={state} title={says}>
      <span aria-hidden="true">{initialsOf(name)}</span>
      {says && <span class="unseen">{says}</span>}
    </span>
  );
}
