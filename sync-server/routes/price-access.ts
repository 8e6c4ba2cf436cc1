import type { Right } from '#schemas/policy/rights.ts';

/** The lines of prices and promotions in the table of who gets in where (access-matrix.test.ts). */
export const priceAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/price-lists': 'read-reports',
  'PUT /api/stores/:store/price-lists/:list': 'edit-prices',
  'POST /api/stores/:store/price-lists/:list/end': 'edit-prices',
  'GET /api/stores/:store/price-lists/:list/entries': 'read-reports',
  'POST /api/stores/:store/price-lists/:list/entries': 'edit-prices',
  'POST /api/stores/:store/price-lists/:list/entries/remove': 'edit-prices',
  'POST /api/stores/:store/price-lists/:list/csv': 'edit-prices',
  'PUT /api/stores/:store/pricing-rules': 'edit-prices',
  'PUT /api/stores/:store/online-prices': 'edit-prices',
  'PUT /api/stores/:store/online-prices/csv': 'edit-prices',
  'GET /api/stores/:store/price-hook': 'edit-prices',
  'POST /api/stores/:store/price-hook': 'edit-prices',
  'DELETE /api/stores/:store/price-hook': 'edit-prices',
  'GET /api/stores/:store/price-feed': 'edit-prices',
  'PUT /api/stores/:store/price-feed': 'edit-prices',
  'GET /api/stores/:store/price-parity': 'read-reports',
  'GET /api/stores/:store/price-parity/breaks.csv': 'read-reports',
  'GET /api/stores/:store/promotions': 'read-reports',
  'POST /api/stores/:store/promotions/preview': 'read-reports',
  'GET /api/stores/:store/promotions/:promotion': 'read-reports',
  'PUT /api/stores/:store/promotions/:promotion': 'edit-promotions',
  'POST /api/stores/:store/promotions/:promotion/end': 'edit-promotions',
  'POST /api/stores/:store/quote': 'read-reports',
};
