import type { Logger as PinoLogger } from 'pino';
import type { ArchiveState, BackupState } from '#schemas/api/backups.ts';
import type { Mailer } from './auth/mailer.ts';
import type { SmsSender } from './auth/sms.ts';
import type { Database } from './db/database.ts';
import type { ChangeBus } from './feed/change-bus.ts';
import type { Traces } from './watching/trace-settings.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * What the server's code needs of the outside world. There is no other clock and no other randomness in it, so that
 * the simulation can drive both.
 */
export type ServerContext = {
  database: Database;
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Cryptographically strong bytes. */
  randomBytes(count: number): Uint8Array;
  /** What seals the private keys in the database (auth/private-keys.ts). */
  keySeal: Buffer;
  changes: ChangeBus;
  /** Without it links are passed on by hand (auth/unsent-links.ts). */
  mailer?: Mailer | undefined;
  /** Without it members get no codes by text message. */
  sms?: SmsSender | undefined;
  /** Webhooks may go to addresses that are not public, in the clear too: systems in the same building. */
  privateHooks?: boolean | undefined;
  /** The backups that the server takes by itself; without it somebody else takes them. */
  backups?: { state(): BackupState } | undefined;
  /** The archive of the embedded database's log; without it there is none. */
  archive?: { state(): Promise<ArchiveState> } | undefined;
  /** Where somebody watches each entry on its way. */
  traces?: Traces | undefined;
  log: Logger;
};
