import type { ErrorCode } from '#protocol/errors.ts';
import { failureOf } from '../texts/failure.ts';

/** What became of the last change. */
export function Outcome({ error, said = '' }: { error: ErrorCode | undefined; said?: string }) {
  return (
    <>
      <p class="trouble" role="alert">
        {error && failureOf(error)}
      </p>
      <p class="outcome soft" role="status" data-test="outcome">
        {!error && said}
      </p>
    </>
  );
}
