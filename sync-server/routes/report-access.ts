import type { Right } from '#schemas/policy/rights.ts';

/** The lines of reports in the table of who gets in where (access-matrix.test.ts). */
export const reportAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/reports/sales': 'read-reports',
  'GET /api/stores/:store/reports/sales/file': 'read-reports',
  'GET /api/stores/:store/reports/tickets': 'read-reports',
  'GET /api/stores/:store/reports/today': 'read-reports',
  'PUT /api/stores/:store/reports/target': 'edit-shift-rules',
  'GET /api/reports/sales': 'read-reports',
  'GET /api/reports/sales/file': 'read-reports',
  'GET /api/reports/tickets': 'read-reports',
};
