/** What can keep the embedded PostgreSQL from starting. */
export type EmbeddedPostgresErrorCode =
  | 'data_in_use'
  | 'other_major_version'
  | 'foreign_data'
  | 'no_binaries'
  | 'no_account'
  | 'no_access'
  | 'initdb_failed'
  | 'start_failed';

/**
 * The embedded PostgreSQL cannot start. `message` is written for a person: what happened, what is safe, what to do
 * next. It is thrown, not returned, because nobody but the program's start can do anything about it.
 */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
