import { setPriority } from 'node:os';
import { openDatabase } from '../db/database.ts';
import { type ScheduledOrder, type ScheduledOutcome, takeScheduledBackup } from './scheduled-backup.ts';
import { type BaseOrder, takeScheduledBase } from './scheduled-base.ts';

/** What the server asks of it, once. The URL holds a password, so it never stands on a command line. */
export type BackupOrder = { ownerUrl: string } & ({ rows: ScheduledOrder } | { base: BaseOrder });

// A process of its own, so that reading all rows never holds up a sale, and its memory goes back to the system when it ends: with
// its work, or with the server. Killed, it leaves a draft that no restore takes for a backup.

process.once('disconnect', () => process.exit(1));
process.once('message', (order: BackupOrder) => {
  void answer(order).then((outcome) => process.send?.(outcome, () => process.exit(0)));
});

async function answer({ ownerUrl, ...order }: BackupOrder): Promise<ScheduledOutcome> {
  // Nobody waits for it: the processor goes to the server first.
  setPriority(10);
  const owner = openDatabase(ownerUrl, { poolSize: 2 });
  try {
    return await ('rows' in order ? takeScheduledBackup(owner, order.rows) : takeScheduledBase(owner, order.base));
  } finally {
    await owner.close();
  }
}
