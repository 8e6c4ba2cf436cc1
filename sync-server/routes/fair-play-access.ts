import type { Right } from '#schemas/policy/rights.ts';

const own = '/api/supplies/:supplier/fair-play';

/** The lines of fair play and deposits in the table of who gets in where (access-matrix.test.ts). */
export const fairPlayAccess: Readonly<Record<string, Right>> = {
  'GET /api/fair-play/rules': 'edit-suppliers',
  'POST /api/fair-play/rules': 'edit-suppliers',
  'GET /api/fair-play/complaints': 'edit-suppliers',
  'POST /api/fair-play/complaints': 'edit-suppliers',
  'GET /api/fair-play/complaints/:complaint': 'edit-suppliers',
  'GET /api/fair-play/complaints/:complaint/photos/:version/:at': 'edit-suppliers',
  'POST /api/fair-play/complaints/:complaint/steps': 'edit-suppliers',
  'GET /api/fair-play/scorecards': 'edit-suppliers',
  'GET /api/suppliers/:supplier/scorecard': 'edit-suppliers',
  'GET /api/supplies/:supplier/scorecard': 'read-supplies',
  'GET /api/stores/:store/orders/:order/rating': 'order-goods',
  'POST /api/stores/:store/orders/:order/rating': 'order-goods',
  'GET /api/supplies/:supplier/orders/:order/rating': 'read-supplies',
  'POST /api/supplies/:supplier/orders/:order/rating': 'edit-supplies',
  'GET /api/suppliers/:supplier/deposit': 'settle-suppliers',
  'POST /api/suppliers/:supplier/deposit': 'settle-suppliers',
  'GET /api/supplies/:supplier/deposit': 'read-supplies',
  [`GET ${own}/rules`]: 'read-supplies',
  [`GET ${own}/complaints`]: 'read-supplies',
  [`POST ${own}/complaints`]: 'edit-supplies',
  [`GET ${own}/complaints/:complaint`]: 'read-supplies',
  [`GET ${own}/complaints/:complaint/photos/:version/:at`]: 'read-supplies',
  [`POST ${own}/complaints/:complaint/steps`]: 'edit-supplies',
};
