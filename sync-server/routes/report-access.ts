import type { Right } from '#schemas/policy/rights.ts';

/** The lines of reports in the table of who gets in where (access-matrix.test.ts). */
export const reportAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/reports/sales': 'read-reports',
  'GET /api/stores/:store/reports/sales/file': 'read-reports',
  'GET /api/stores/:store/reports/tickets': 'read-reports',
  'GET /api/stores/:store/reports/today': 'read-reports',
  'PUT /api/stores/:store/reports/target': 'edit-shift-rules',
  'GET /api/stores/:store/reports/goods': 'read-reports',
  'GET /api/stores/:store/reports/goods/file': 'read-reports',
  'GET /api/stores/:store/reports/people': 'read-reports',
  'GET /api/stores/:store/reports/people/file': 'read-reports',
  'GET /api/stores/:store/reports/people/tickets': 'read-reports',
  'GET /api/stores/:store/reports/customers': 'read-reports',
  'GET /api/stores/:store/reports/customers/file': 'read-reports',
  'GET /api/stores/:store/reports/customers/cohorts': 'read-reports',
  'GET /api/stores/:store/reports/customers/pairs': 'read-reports',
  'GET /api/stores/:store/reports/customers/missed': 'read-reports',
  'GET /api/stores/:store/reports/suppliers': 'edit-suppliers',
  'GET /api/stores/:store/reports/suppliers/file': 'edit-suppliers',
  'GET /api/stores/:store/work': 'read-reports',
  'PUT /api/stores/:store/work/mark': 'read-reports',
  'GET /api/stores/:store/work/flow': 'read-reports',
  'GET /api/reports/sales': 'read-reports',
  'GET /api/reports/sales/file': 'read-reports',
  'GET /api/reports/tickets': 'read-reports',
};
