import type { Right } from '#schemas/policy/rights.ts';

/** The lines of customer accounts in the table of who gets in where (access-matrix.test.ts). */
export const accountAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/customer-accounts': 'read-reports',
  'GET /api/stores/:store/customer-accounts/:number': 'read-reports',
  'GET /api/stores/:store/customer-accounts/:number/statement.csv': 'read-reports',
  'PUT /api/stores/:store/customer-accounts/:number': 'edit-customer-accounts',
  'POST /api/stores/:store/customer-accounts/:number/payments': 'book-account-payments',
  'POST /api/stores/:store/customer-accounts/:number/payments/:payment/correct': 'book-account-payments',
};
