/** What can keep the embedded PostgreSQL from starting. */
export type EmbeddedPostgresErrorCode =
  | 'data_in_use'
  | 'other_major_version'
  | 'foreign_data'
  | 'no_binaries'
  | 'no_account'
  | 'no_access'
  | 'disk_full'
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

/** Of PostgreSQL's own words, or of the system's. */
export function isDiskFull(text: string): boolean {
  return /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(text);
}

export function diskFullError(folder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'disk_full',
    `The disk of ${folder} is full, and PostgreSQL cannot run. What tills were told is saved is safe; tills go on selling and ` +
      'keep what they have until then. Free some space: a server that runs goes on by itself then; if it ended, start it again. ' +
      'Never delete anything in that folder by hand.',
  );
}
