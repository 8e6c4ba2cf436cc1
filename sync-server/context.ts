import type { Logger as PinoLogger } from 'pino';
import type { Mailer } from './auth/mailer.ts';
import type { SmsSender } from './auth/sms.ts';
import type { Database } from './db/database.ts';
import type { ChangeBus } from './feed/change-bus.ts';

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
  changes: ChangeBus;
  /** Without it links are passed on by hand (auth/unsent-links.ts). */
  mailer?: Mailer | undefined;
  /** Without it members get no codes by text message. */
  sms?: SmsSender | undefined;
  log: Logger;
};
