import { loadIdentity, pair } from '#pwa/db/identity.ts';
import { IdentityDatabase } from '#pwa/db/identity-database.ts';
import { renewStorageLog } from '#pwa/db/log-renewal.ts';
import { OldEntries } from '#pwa/db/old-entries.ts';
import { OwnJournal } from '#pwa/db/own-journal.ts';
import { journalPouch } from '#pwa/db/pouch.ts';
import { makeJournalsStrict } from '#pwa/db/strict-durability.ts';
import { openTill } from '#pwa/db/till.ts';
import { ownTill, takeOverTill } from '#pwa/db/till-lock.ts';
import { parseScan } from '#schemas/item-code/gs1.ts';

/** The database layer of the PWA, for tests that drive it in a real browser without screens. */
const harness = {
  loadIdentity,
  pair,
  IdentityDatabase,
  OldEntries,
  OwnJournal,
  journalPouch,
  makeJournalsStrict,
  openTill,
  renewStorageLog,
  ownTill,
  takeOverTill,
  parseScan,
};
export type Harness = typeof harness;

declare global {
  interface Window {
    harness: Harness;
  }
}
window.harness = harness;
