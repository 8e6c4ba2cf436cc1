import type { Right } from '#schemas/policy/rights.ts';

/** The lines of stock-takes in the table of who gets in where (access-matrix.test.ts). */
export const countAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/counts': 'plan-count',
  'POST /api/stores/:store/counts': 'plan-count',
  'GET /api/stores/:store/counts/cycle': 'plan-count',
  'GET /api/stores/:store/counts/reports': 'read-reports',
  'GET /api/stores/:store/counts/reports.csv': 'read-reports',
  'GET /api/stores/:store/counts/:count': 'plan-count',
  'GET /api/stores/:store/counts/:count/review': 'plan-count',
  'GET /api/stores/:store/counts/:count/review.csv': 'plan-count',
  'POST /api/stores/:store/counts/:count/recounts': 'plan-count',
  'POST /api/stores/:store/counts/:count/approve': 'approve-count',
  'POST /api/stores/:store/counts/:count/cancel': 'plan-count',
};
