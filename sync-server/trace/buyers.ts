import type { RecallBuyers } from '#schemas/api/recalls.ts';
import { csvRow } from '../audit/csv-row.ts';
import type { ServerContext } from '../context.ts';
import type { ChainStore } from './chain-stores.ts';
import { type Named, readBuys } from './recalled-units.ts';

const listed = 500;

type Chain = { merchantId: string; stores: readonly ChainStore[] };

/** Sales of recalled goods to members, in the stores whose reports the asker may read; names where they may see members. */
export async function listBuyers(
  { database }: ServerContext,
  { merchantId, stores }: Chain,
  named: Named,
): Promise<RecallBuyers> {
  const readable = stores.filter(({ isReadable }) => isReadable);
  const storeIds = readable.map(({ storeId }) => storeId);
  const buys = await readBuys(database.pool, merchantId, storeIds, named, listed + 1);
  const buyers = buys.slice(0, listed).map((buy): RecallBuyers['buyers'][number] => {
    const { gtin14, serial, memberId, memberName, memberPhone, ...shown } = buy;
    const isShown = readable.some(({ storeId, showsMembers }) => storeId === buy.storeId && showsMembers);
    const member = { memberId: memberId ?? '', name: memberName ?? '', phone: memberPhone };
    return {
      ...shown,
      unit: gtin14 !== null && serial !== null ? { gtin14, serial } : null,
      member: isShown && memberId !== null && memberName !== null ? member : null,
    };
  });
  return { buyers, more: buys.length > listed };
}

/** All of them, of the stores whose members the asker may see. Cells are safe in a spreadsheet. */
export async function buyersCsv(
  { database }: ServerContext,
  { merchantId, stores }: Chain,
  named: Named,
): Promise<string> {
  const storeIds = stores.filter(({ showsMembers }) => showsMembers).map(({ storeId }) => storeId);
  const buys = await readBuys(database.pool, merchantId, storeIds, named, null);
  const head = ['Store', 'Receipt', 'Sold at', 'SKU', 'Name', 'GTIN', 'Serial', 'Quantity', 'Certain'];
  const rows = buys.map((buy) =>
    csvRow([
      ...[buy.storeName, buy.entryId, new Date(buy.atMs).toISOString(), buy.skuId, buy.names?.en ?? null],
      ...[buy.gtin14, buy.serial, buy.quantity, buy.isCertain ? 'yes' : 'batch unknown'],
      ...[buy.memberId, buy.memberName, buy.memberPhone],
    ]),
  );
  return [csvRow([...head, 'Member', 'Member name', 'Phone']), ...rows].join('');
}
