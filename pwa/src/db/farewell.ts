import Dexie from 'dexie';
import { countDatabaseName } from './count-book.ts';
import { type Farewell, IdentityDatabase, type IndexedDbSource } from './identity-database.ts';
import { membersDatabaseName } from './members-database.ts';
import { othersJournalName, ownJournalName, type Pouch } from './pouch.ts';
import { rowsDatabaseName } from './rows-database.ts';
import { stepDatabaseName } from './step-index.ts';
import { drawerDatabaseName } from './till-drawer.ts';
import { parkingDatabaseName } from './till-parking.ts';

/** What became of the till that this tablet was, or null. It stays until the tablet is a till again. */
export async function loadFarewell(source?: IndexedDbSource): Promise<Farewell | null> {
  return withIdentity(source, async (database) => {
    const stored = await database.farewell.get('farewell');
    if (stored === undefined) return null;
    const { slot, ...farewell } = stored;
    return farewell;
  });
}

/**
 * Takes away who this tablet was, and says why in its place, in one transaction: from here on it is no till, whatever
 * happens. Close the till before, and clear what it left after (`clearTill`).
 */
export async function sayFarewell(farewell: Farewell, source?: IndexedDbSource): Promise<void> {
  await withIdentity(source, (database) =>
    database.transaction('rw', database.identity, database.farewell, database.pinAttempts, async () => {
      await database.farewell.put({ ...farewell, slot: 'farewell' });
      await database.identity.delete('till');
      await database.pinAttempts.clear();
    }),
  );
}

/** Deletes the databases of a till that is no more, own journal and the others' entries too. Doing it again is harmless. */
export async function clearTill(
  { storeId, tillNumber }: Pick<Farewell, 'storeId' | 'tillNumber'>,
  options: { pouch: Pouch; adapter?: 'idb' | 'memory'; source?: IndexedDbSource | undefined },
): Promise<void> {
  const { pouch, adapter = 'idb', source = {} } = options;
  const named = [
    rowsDatabaseName,
    stepDatabaseName,
    drawerDatabaseName,
    parkingDatabaseName,
    countDatabaseName,
    membersDatabaseName,
  ];
  for (const nameOf of named) {
    const name = nameOf(storeId, tillNumber);
    await new Dexie(name, source).delete();
  }
  for (const name of [ownJournalName(storeId, tillNumber), othersJournalName(storeId, tillNumber)]) {
    await new pouch(name, { adapter }).destroy();
  }
}

async function withIdentity<Value>(
  source: IndexedDbSource | undefined,
  work: (database: IdentityDatabase) => PromiseLike<Value>,
): Promise<Value> {
  const database = new IdentityDatabase(source);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}
