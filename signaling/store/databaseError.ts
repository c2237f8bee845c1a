import { CvError, type ErrorCode } from '#protocol/errors.ts';

interface DriverError {
  code?: unknown;
  message?: unknown;
  stack?: unknown;
  errors?: readonly unknown[];
}

/**
 * What a failed query means to a service. The cause keeps the driver's code, message and stack, but neither the
 * statement nor its values: those hold personal data, and causes are logged.
 */
export function databaseError(error: unknown): CvError {
  if (error instanceof CvError) return error;
  const failure = driverErrorOf(error);
  const sqlCode = typeof failure.code === 'string' ? failure.code : '';
  const [code, message] = meaningOf(sqlCode);
  return new CvError(code, message, { cause: bareCause(failure, sqlCode) });
}

function meaningOf(code: string): [ErrorCode, string] {
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case '23505':
      return ['CONFLICT', 'Another one has the same id, email or name already.'];
    // Two transactions that cannot both go on: the loser may try again.
    case '40001':
    case '40P01':
      return ['CONFLICT', 'Somebody else changed this at the same moment; try again.'];
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
    case '23503':
      return ['NOT_FOUND', 'What this belongs to does not exist.'];
    default:
      // SQLSTATE class 22: for example U+0000, which PostgreSQL's text cannot hold.
      if (/^22[0-9A-Z]{3}$/.test(code)) return ['INVALID_INPUT', 'The database cannot hold this value.'];
      return ['UNAVAILABLE', 'The database does not answer; try again later.'];
  }
}

function driverErrorOf(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const inner = (error as { driverError?: unknown }).driverError;
  return typeof inner === 'object' && inner !== null ? inner : error;
}

function bareCause(failure: DriverError, code: string): Error {
  // A host name with several addresses fails with one error for each of them, and no text of its own.
  const own = typeof failure.message === 'string' ? failure.message : '';
  const message = own || (failure.errors ?? []).map((each) => (each instanceof Error ? each.message : '')).join('; ');
  const cause: Error & { code?: string } = new Error(message || 'The database failed without a message.');
  if (code) cause.code = code;
  if (typeof failure.stack === 'string') cause.stack = failure.stack;
  return cause;
}
