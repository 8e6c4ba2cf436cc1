import type { Right } from '#schemas/policy/rights.ts';

/** The lines of orders to suppliers, of both sides, in the table of who gets in where (access-matrix.test.ts). */
export const orderAccess: Readonly<Record<string, Right>> = {
  'GET /api/stores/:store/orders': 'read-reports',
  'GET /api/stores/:store/orders/bought': 'order-goods',
  'GET /api/stores/:store/orders/:order': 'read-reports',
  'POST /api/stores/:store/orders': 'order-goods',
  'POST /api/stores/:store/orders/:order/steps': 'order-goods',
  'POST /api/stores/:store/orders/:order/messages': 'order-goods',
  'GET /api/supplies/:supplier/orders': 'read-supplies',
  'GET /api/supplies/:supplier/orders/:order': 'read-supplies',
  'POST /api/supplies/:supplier/orders/:order/steps': 'edit-supplies',
  'POST /api/supplies/:supplier/orders/:order/messages': 'edit-supplies',
  'GET /api/supplies/:supplier/orders/:order/shipments': 'read-supplies',
  'GET /api/supplies/:supplier/orders/:order/shipments/:shipment': 'read-supplies',
  'POST /api/supplies/:supplier/orders/:order/shipments': 'edit-supplies',
  'PUT /api/supplies/:supplier/orders/:order/shipments/:shipment': 'edit-supplies',
  'POST /api/supplies/:supplier/orders/:order/shipments/:shipment/discard': 'edit-supplies',
  'POST /api/supplies/:supplier/orders/:order/shipments/:shipment/send': 'edit-supplies',
  'GET /api/suppliers/:supplier/contract': 'edit-suppliers',
  'POST /api/suppliers/:supplier/contract': 'edit-suppliers',
  'GET /api/supplies/:supplier/contract': 'read-supplies',
  'POST /api/supplies/:supplier/contract': 'edit-supplier-staff',
};
