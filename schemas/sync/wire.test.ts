import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  accountSchema,
  addPasskeySchema,
  backupCodesSchema,
  changeEmailSchema,
  changePasswordSchema,
  ownPasswordSchema,
  renamePasskeySchema,
  secondFactorSetupSchema,
} from '../api/account.ts';
import {
  approvalAskSchema,
  approvalDecisionSchema,
  approvalListQuerySchema,
  approvalListSchema,
  approvalStateQuerySchema,
  approvalStateSchema,
} from '../api/approvals.ts';
import { auditListSchema, auditQuerySchema } from '../api/audit.ts';
import { blockCreditSchema, creditListSchema, creditsFoundSchema, findCreditSchema } from '../api/credits.ts';
import {
  announceAnswerSchema,
  announceFileSchema,
  announceSchema,
  cartonDetailSchema,
  closeDeliveryAnswerSchema,
  closeDeliverySchema,
  deliveriesQuerySchema,
  deliveryDetailSchema,
  deliveryListSchema,
} from '../api/deliveries.ts';
import { exceptionListSchema } from '../api/exceptions.ts';
import { exportLineSchema, exportRefusedSchema, exportReportSchema } from '../api/exports.ts';
import { goodsFoundSchema, goodsQuerySchema, onlineAgesSchema, skuPricesSchema } from '../api/goods.ts';
import { inStoreCodeAnswerSchema, inStoreCodeListSchema } from '../api/in-store-codes.ts';
import { acceptInvitationSchema, invitationSchema, openInvitationSchema } from '../api/invitations.ts';
import {
  itemPageSchema,
  itemPageSettingsSchema,
  storyListSchema,
  storyQuerySchema,
  storyRequestSchema,
} from '../api/item-page.ts';
import {
  keyListSchema,
  makeKeySchema,
  makeSupplierKeySchema,
  newKeyAnswerSchema,
  revokeKeyAnswerSchema,
  rotateKeySchema,
} from '../api/keys.ts';
import { changedPricesSchema, storeLabelGoodsSchema, storeLabelJobsSchema } from '../api/label-jobs.ts';
import { openPaymentListSchema } from '../api/open-payments.ts';
import { overviewSchema } from '../api/overview.ts';
import { pairingCodeAnswerSchema } from '../api/pairing-codes.ts';
import {
  askResetSchema,
  finishResetSchema,
  openResetSchema,
  resetViewSchema,
  unsentLinksSchema,
} from '../api/password-reset.ts';
import { eraseAnswerSchema, memberListSchema, memberQuerySchema, personalDataSchema } from '../api/personal-data.ts';
import { addPlaceSchema, changePlaceSchema, placeAnswerSchema, placeListSchema } from '../api/places.ts';
import {
  labelProblemsSchema,
  printerDraftSchema,
  printerListSchema,
  printJobActionSchema,
  printJobDraftSchema,
  printJobListSchema,
  printJobViewSchema,
  receiptJobDraftSchema,
  reprintSchema,
  testPrintSchema,
  tillPrinterListSchema,
} from '../api/printing.ts';
import { putAsideListSchema } from '../api/put-aside.ts';
import {
  recallAnswerSchema,
  recallBuyersSchema,
  recallDeliveriesSchema,
  recallDetailSchema,
  recallListSchema,
  recallPreviewSchema,
  recallRequestSchema,
  recallScopeSchema,
  recallUnitsQuerySchema,
  recallUnitsSchema,
} from '../api/recalls.ts';
import { receiptDesignMessageSchema } from '../api/receipt-design.ts';
import { returnRulesAnswerSchema, returnRulesChangeSchema } from '../api/return-rules.ts';
import { roleAnswerSchema, roleLimitsRequestSchema, roleListSchema, roleRequestSchema } from '../api/roles.ts';
import {
  passkeySignInSchema,
  secondFactorSchema,
  sessionAnswerSchema,
  sessionRequestSchema,
  sessionSchema,
} from '../api/session.ts';
import { setupAnswerSchema, setupRequestSchema, setupStateSchema } from '../api/setup.ts';
import { shiftDetailSchema, shiftListSchema, shiftRulesAnswerSchema, shiftsQuerySchema } from '../api/shifts.ts';
import {
  addPersonSchema,
  badgeAnswerSchema,
  changePersonSchema,
  giveGrantSchema,
  grantAnswerSchema,
  inviteAnswerSchema,
  inviteSchema,
  setPinSchema,
  staffAnswerSchema,
  staffListSchema,
  staffQuerySchema,
} from '../api/staff.ts';
import { stockListSchema, stockQuerySchema } from '../api/stock.ts';
import {
  moveTillSchema,
  renameTillSchema,
  revokeAnswerSchema,
  tillAnswerSchema,
  tillListSchema,
} from '../api/tills.ts';
import { transactionDetailSchema, transactionListSchema, transactionsQuerySchema } from '../api/transactions.ts';
import { transferDetailSchema, transferListSchema, transfersQuerySchema } from '../api/transfers.ts';
import { trustSchema } from '../api/trust.ts';
import { unitLifeSchema, unitListSchema, unitsQuerySchema } from '../api/units.ts';
import { unpostedSchema } from '../api/unposted.ts';
import { exportHeaderSchema } from '../export/export-file.ts';
import { canonicalJson } from '../journal/canonical-json.ts';
import { envelopeSchema } from '../journal/envelope.ts';
import { basketParkedSchema, basketTakenSchema } from '../parking/parked-basket.ts';
import { receiptCopiedSchema } from '../receipt/receipt-copied.ts';
import { feedTables, storeConfigSchema } from '../rows/rows.ts';
import { cashMovedSchema, shiftClosedSchema, shiftOpenedSchema } from '../shift/shift-entries.ts';
import { shiftRulesSchema } from '../shift/shift-rules.ts';
import {
  deliveryAnnouncedSchema,
  deliveryClosedSchema,
  goodsReceived1Schema,
  goodsReceivedSchema,
  transferDeliveredSchema,
  transferSentSchema,
} from '../stock/delivery.ts';
import {
  goodsMovedSchema,
  labelsPrintedSchema,
  stockAdjusted1Schema,
  stockAdjustedSchema,
  unitsCommissionedSchema,
  unitsSetSchema,
} from '../stock/goods.ts';
import { goodsSentBackSchema } from '../stock/sent-back.ts';
import { retailTransaction1Schema, retailTransaction2Schema } from '../transaction/earlier-versions.ts';
import { retailTransactionSchema } from '../transaction/retail-transaction.ts';
import { creditLookupSchema, creditQuestionSchema } from './credit-lookup.ts';
import { deltaQuerySchema } from './delta-query.ts';
import { deltaSchema, manifestSchema } from './feed.ts';
import { discardDoneSchema, instructionDoingSchema, instructionDoneSchema } from './instruction.ts';
import { onlineQuoteRequestSchema, onlineQuoteSchema } from './online-quote.ts';
import { cutsBefore, encodePage } from './page-format.ts';
import { pairAnswerSchema, pairRequestSchema } from './pairing.ts';
import { apiErrorSchema, protocolVersion } from './protocol.ts';
import { receiptLookupSchema } from './receipt-lookup.ts';
import { unitLookupSchema } from './unit-lookup.ts';
import { accountMessages } from './wire-accounts.ts';
import { countMessages } from './wire-counts.ts';
import { wireHashes } from './wire-hashes.ts';
import { memberMessages } from './wire-members.ts';
import { priceMessages } from './wire-prices.ts';

const messages: Record<string, z.ZodType> = {
  'feed manifest': manifestSchema,
  'feed delta': deltaSchema,
  'feed delta query': deltaQuerySchema,
  'feed config': storeConfigSchema,
  'pair request': pairRequestSchema,
  'pair answer': pairAnswerSchema,
  'api error': apiErrorSchema,
  'api session request': sessionRequestSchema,
  'api session': sessionSchema,
  'api setup state': setupStateSchema,
  'api setup request': setupRequestSchema,
  'api setup answer': setupAnswerSchema,
  'api overview': overviewSchema,
  'api transactions query': transactionsQuerySchema,
  'api transactions': transactionListSchema,
  'api transaction': transactionDetailSchema,
  'api goods query': goodsQuerySchema,
  'api goods': goodsFoundSchema,
  'api goods prices': skuPricesSchema,
  'api online ages': onlineAgesSchema,
  'api stock query': stockQuerySchema,
  'api stock': stockListSchema,
  'api tills': tillListSchema,
  'api revoke': revokeAnswerSchema,
  'api till renamed': renameTillSchema,
  'api till moved': moveTillSchema,
  'api till answer': tillAnswerSchema,
  'api audit query': auditQuerySchema,
  'api audit': auditListSchema,
  'api personal data': personalDataSchema,
  'api personal data erased': eraseAnswerSchema,
  'api members query': memberQuerySchema,
  'api members': memberListSchema,
  'feed instruction doing': instructionDoingSchema,
  'feed instruction done': instructionDoneSchema,
  'feed discard done': discardDoneSchema,
  'api pairing code': pairingCodeAnswerSchema,
  'api exceptions': exceptionListSchema,
  'api printer draft': printerDraftSchema,
  'api printers': printerListSchema,
  'feed printers': tillPrinterListSchema,
  'api print job draft': printJobDraftSchema,
  'feed receipt job draft': receiptJobDraftSchema,
  'api test print': testPrintSchema,
  'api print job': printJobViewSchema,
  'api print jobs': printJobListSchema,
  'api print job action': printJobActionSchema,
  'api label problems': labelProblemsSchema,
  'feed label jobs': storeLabelJobsSchema,
  'feed label goods': storeLabelGoodsSchema,
  'feed changed prices': changedPricesSchema,
  'api reprint': reprintSchema,
  'api export line': exportLineSchema,
  'api unposted': unpostedSchema,
  'export header 1': exportHeaderSchema,
  'feed approval ask': approvalAskSchema,
  'feed approval query': approvalStateQuerySchema,
  'feed approval': approvalStateSchema,
  'feed unit': unitLookupSchema,
  'feed online quote asked': onlineQuoteRequestSchema,
  'feed online quote': onlineQuoteSchema,
  'feed receipt': receiptLookupSchema,
  'feed credit asked': creditQuestionSchema,
  'feed credit': creditLookupSchema,
  'api credits': creditListSchema,
  'api credit find': findCreditSchema,
  'api credits found': creditsFoundSchema,
  'api credit block': blockCreditSchema,
  'api open payments': openPaymentListSchema,
  'api put aside': putAsideListSchema,
  'api approvals query': approvalListQuerySchema,
  'api approvals': approvalListSchema,
  'api approval decision': approvalDecisionSchema,
  'api staff query': staffQuerySchema,
  'api staff': staffListSchema,
  'api person added': addPersonSchema,
  'api person changed': changePersonSchema,
  'api role given': giveGrantSchema,
  'api PIN set': setPinSchema,
  'api badge': badgeAnswerSchema,
  'api invite': inviteSchema,
  'api invite answer': inviteAnswerSchema,
  'api roles': roleListSchema,
  'api role request': roleRequestSchema,
  'api role limits': roleLimitsRequestSchema,
  'api keys': keyListSchema,
  'api key made': makeKeySchema,
  'api key of a supplier made': makeSupplierKeySchema,
  'api key rotated': rotateKeySchema,
  'api new key': newKeyAnswerSchema,
  'api session answer': sessionAnswerSchema,
  'api second factor': secondFactorSchema,
  'api passkey sign-in': passkeySignInSchema,
  'api account': accountSchema,
  'api password changed': changePasswordSchema,
  'api e-mail changed': changeEmailSchema,
  'api passkey added': addPasskeySchema,
  'api passkey renamed': renamePasskeySchema,
  'api own password': ownPasswordSchema,
  'api second factor setup': secondFactorSetupSchema,
  'api backup codes': backupCodesSchema,
  'api invitation opened': openInvitationSchema,
  'api invitation': invitationSchema,
  'api invitation accepted': acceptInvitationSchema,
  'api reset asked': askResetSchema,
  'api reset opened': openResetSchema,
  'api reset': resetViewSchema,
  'api reset finished': finishResetSchema,
  'api unsent links': unsentLinksSchema,
  'api staff answer': staffAnswerSchema,
  'api trust': trustSchema,
  'api export refused': exportRefusedSchema,
  'api export report': exportReportSchema,
  'api key revoked': revokeKeyAnswerSchema,
  'api role answer': roleAnswerSchema,
  'api grant answer': grantAnswerSchema,
  'api item page': itemPageSchema,
  'api item page settings': itemPageSettingsSchema,
  'api in-store codes': inStoreCodeListSchema,
  'api in-store codes answer': inStoreCodeAnswerSchema,
  'api stories query': storyQuerySchema,
  'api stories': storyListSchema,
  'api story': storyRequestSchema,
  'api units query': unitsQuerySchema,
  'api units': unitListSchema,
  'api unit life': unitLifeSchema,
  'api recall scope': recallScopeSchema,
  'api recall request': recallRequestSchema,
  'api recall answer': recallAnswerSchema,
  'api recall preview': recallPreviewSchema,
  'api recall deliveries': recallDeliveriesSchema,
  'api recalls': recallListSchema,
  'api recall': recallDetailSchema,
  'api recall units query': recallUnitsQuerySchema,
  'api recall units': recallUnitsSchema,
  'api recall buyers': recallBuyersSchema,
  'api deliveries query': deliveriesQuerySchema,
  'api deliveries': deliveryListSchema,
  'api delivery': deliveryDetailSchema,
  'api carton': cartonDetailSchema,
  'api delivery closed': closeDeliverySchema,
  'api delivery closed answer': closeDeliveryAnswerSchema,
  'api announce file': announceFileSchema,
  'api announce': announceSchema,
  'api announce answer': announceAnswerSchema,
  'api transfers query': transfersQuerySchema,
  'api transfers': transferListSchema,
  'api transfer': transferDetailSchema,
  'api places': placeListSchema,
  'api place added': addPlaceSchema,
  'api place changed': changePlaceSchema,
  'api place answer': placeAnswerSchema,
  'journal envelope': envelopeSchema,
  'journal retail-transaction 1': retailTransaction1Schema,
  'journal retail-transaction 2': retailTransaction2Schema,
  'journal retail-transaction 3': retailTransactionSchema,
  'journal goods-received 1': goodsReceived1Schema,
  'journal goods-received 2': goodsReceivedSchema,
  'journal stock-adjusted 1': stockAdjusted1Schema,
  'journal stock-adjusted 2': stockAdjustedSchema,
  'journal units-commissioned 1': unitsCommissionedSchema,
  'journal labels-printed 1': labelsPrintedSchema,
  'journal receipt-copied 1': receiptCopiedSchema,
  'journal goods-moved 1': goodsMovedSchema,
  'journal units-set 1': unitsSetSchema,
  'journal delivery-announced 1': deliveryAnnouncedSchema,
  'journal delivery-closed 1': deliveryClosedSchema,
  'journal transfer-sent 1': transferSentSchema,
  'journal transfer-delivered 1': transferDeliveredSchema,
  'journal goods-sent-back 1': goodsSentBackSchema,
  'journal shift-opened 1': shiftOpenedSchema,
  'journal cash-moved 1': cashMovedSchema,
  'journal shift-closed 1': shiftClosedSchema,
  'journal basket-parked 1': basketParkedSchema,
  'journal basket-taken 1': basketTakenSchema,
  'api shifts query': shiftsQuerySchema,
  'api shifts': shiftListSchema,
  'api shift': shiftDetailSchema,
  'api shift rules': shiftRulesSchema,
  'api shift rules answer': shiftRulesAnswerSchema,
  'api receipt design': receiptDesignMessageSchema,
  'api return rules change': returnRulesChangeSchema,
  'api return rules answer': returnRulesAnswerSchema,
  ...accountMessages,
  ...priceMessages,
  ...countMessages,
  ...memberMessages,
};
for (const [table, { schema }] of Object.entries(feedTables)) messages[`row ${table}`] = schema;

function hashOf(schema: z.ZodType): string {
  const { $schema, ...shape } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return createHash('sha256').update(canonicalJson(shape)).digest('hex').slice(0, 16);
}

const advice = (name: string) => `The shape of "${name}" has changed on the wire (protocol ${protocolVersion}).
  By accident? Undo it. On purpose?
  - Journal bodies: entries are kept for ever. Leave version 1 as it is and add a version beside it (journal/kinds.ts).
  - Others: if a till or server of yesterday cannot read it, raise protocolVersion (sync/protocol.ts).
  Then write the new hash into schemas/sync/wire-hashes.ts.`;

test.each(Object.keys(messages))('the wire shape of %s is the one on record', (name) => {
  expect(hashOf(messages[name] ?? z.never()), advice(name)).toBe(wireHashes[name]);
});

test('the bytes of a page, and where pages are cut, are the ones on record', () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => [`k${String(n).padStart(6, '0')}`, `{"n":${n % 7}}`] as const);
  const page = createHash('sha256').update(encodePage(rows)).digest('hex').slice(0, 16);
  const cuts: number[] = [];
  let since = 0;
  for (const [at, [rowKey]] of rows.entries()) {
    if (cutsBefore(rowKey, at - since, 256)) {
      cuts.push(at);
      since = at;
    }
  }
  expect(page, advice('a page')).toBe('39d8bc56cdc39737');
  expect(cuts.slice(0, 6), 'other cuts make every till load every page anew').toEqual([
    340, 757, 1357, 2381, 2519, 2706,
  ]);
});

test('the record names no message that is gone', () => {
  expect(Object.keys(wireHashes).sort()).toEqual(Object.keys(messages).sort());
});
