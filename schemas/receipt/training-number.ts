/**
 * Training numbers its tickets as a till that no shop has: what is printed of it could be nothing else, should anybody scan it.
 * They are kept in memory alone and reach no journal.
 */
const trainingPrefix = '9999-';

/** The n-th entry of a training, from 1. */
export function trainingEntryId(sequence: number): string {
  return `${trainingPrefix}${String(sequence).padStart(9, '0')}`;
}

/** An entry of a training: no journal has it. */
export function isTrainingEntry(entryId: string): boolean {
  return entryId.startsWith(trainingPrefix);
}

/** `TRAINING-1`, as people read it: Latin letters in every language, so that nobody takes it for a number of the shop. */
export function trainingNumber(entryId: string): string {
  return `TRAINING-${Number(entryId.slice(trainingPrefix.length))}`;
}
