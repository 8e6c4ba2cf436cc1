/** SQL of the entry that took a whole ticket back (RT10), null where none did; the earliest of several. Arguments are SQL too. */
export function voidedBySql(storeId: string, entryId: string): string {
  return `(select lpad(v.till_number::text, 4, '0') || '-' || lpad(v.sequence::text, 9, '0')
             from retail_transaction v where v.store_id = ${storeId} and v.voids_entry_id = ${entryId}
            order by v.occurred_at_ms, v.till_number, v.sequence limit 1)`;
}
