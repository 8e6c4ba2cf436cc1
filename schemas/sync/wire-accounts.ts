import type { z } from 'zod';
import {
  accountListSchema,
  accountSavedSchema,
  accountStatementSchema,
  accountsQuerySchema,
  bookPaymentSchema,
  correctPaymentSchema,
  saveAccountSchema,
  statementQuerySchema,
} from '../api/customer-accounts.ts';
import { tenderRulesAnswerSchema, tenderRulesChangeSchema } from '../api/tenders.ts';

/** Messages of customer accounts and of what tenders may do, by the names of their hashes (wire.test.ts). */
export const accountMessages: Readonly<Record<string, z.ZodType>> = {
  'api customer accounts asked': accountsQuerySchema,
  'api customer accounts': accountListSchema,
  'api customer account save': saveAccountSchema,
  'api customer account saved': accountSavedSchema,
  'api account statement asked': statementQuerySchema,
  'api account statement': accountStatementSchema,
  'api account payment': bookPaymentSchema,
  'api account payment correct': correctPaymentSchema,
  'api tender rules change': tenderRulesChangeSchema,
  'api tender rules answer': tenderRulesAnswerSchema,
};
