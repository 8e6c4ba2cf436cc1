import { z } from 'zod';
import { contractAnswerSchema, contractDetailSchema, takeContractStepSchema } from '#schemas/api/contracts.ts';
import { announceAnswerSchema } from '#schemas/api/deliveries.ts';
import {
  complaintAnswerSchema,
  complaintDetailSchema,
  complaintListSchema,
  complaintsQuerySchema,
  depositDetailSchema,
  newComplaintSchema,
  publishedRulesSchema,
  rulesQuerySchema,
  takeComplaintStepSchema,
} from '#schemas/api/fair-play.ts';
import {
  orderAnswerSchema,
  orderDetailSchema,
  orderListSchema,
  orderMessageSchema,
  ordersQuerySchema,
  takeOrderStepSchema,
} from '#schemas/api/orders.ts';
import {
  orderRatingSchema,
  ratingAnswerSchema,
  ratingWordSchema,
  scorecardDetailSchema,
} from '#schemas/api/scorecards.ts';
import {
  discardShipmentSchema,
  newShipmentSchema,
  saveShipmentSchema,
  sendShipmentSchema,
  sentShipmentSchema,
  shipmentAnswerSchema,
  shipmentDetailSchema,
  shipmentListSchema,
} from '#schemas/api/shipments.ts';
import {
  approveStatementSchema,
  statementAnswerSchema,
  statementDetailSchema,
  statementLinesQuerySchema,
  statementLinesSchema,
  statementListSchema,
  statementMessageSchema,
  statementsQuerySchema,
  takeStatementStepSchema,
} from '#schemas/api/statements.ts';
import {
  catalogueAnswerSchema,
  catalogueFileSchema,
  catalogueQuerySchema,
  catalogueSchema,
  offeredSchema,
  offersSchema,
  withdrawSchema,
} from '#schemas/api/supplier-catalogue.ts';
import {
  returnAnswerSchema,
  returnListSchema,
  returnsQuerySchema,
  supplierReturnSchema,
  takeReturnStepSchema,
} from '#schemas/api/supplier-returns.ts';
import {
  suppliesQuerySchema,
  suppliesSchema,
  supplyAnnounceSchema,
  supplyFileSchema,
  supplyListSchema,
  supplyNoteSchema,
} from '#schemas/api/supplies.ts';
import type { Right } from '#schemas/policy/rights.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';

type Operation = {
  says: string;
  right: Right;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Answered; a text: a file of that type. */
  answer: z.ZodType | 'text/csv' | 'image/*';
};

const read = { right: 'read-supplies' } as const;
const edit = { right: 'edit-supplies' } as const;
const bind = { right: 'edit-supplier-staff' } as const;
const deliveries = '/stores/:store/deliveries';
const shipments = '/orders/:order/shipments';
const complaints = '/fair-play/complaints';

/** What a supplier's systems can do, by method and path below `/api/supplies/:supplier`. Its people are let in by people. */
export const supplierOperations: Readonly<Record<string, Operation>> = {
  'GET ': { says: 'The supplier, its customer and the stores', ...read, answer: suppliesSchema },
  'GET /deliveries': { says: 'What was announced', ...read, query: suppliesQuerySchema, answer: supplyListSchema },
  [`POST ${deliveries}`]: { says: 'Announce goods', ...edit, body: supplyAnnounceSchema, answer: announceAnswerSchema },
  [`POST ${deliveries}/csv`]: {
    says: 'Announce by a file',
    ...edit,
    body: supplyFileSchema,
    answer: announceAnswerSchema,
  },
  [`GET ${deliveries}/:delivery`]: { says: 'What was received of it', ...read, answer: supplyNoteSchema },
  'GET /orders': { says: 'Orders', ...read, query: ordersQuerySchema, answer: orderListSchema },
  'GET /orders/:order': { says: 'One order', ...read, answer: orderDetailSchema },
  'POST /orders/:order/steps': {
    ...{ says: 'Confirm, propose or refuse', ...edit, body: takeOrderStepSchema, answer: orderAnswerSchema },
  },
  'POST /orders/:order/messages': {
    ...{ says: 'Write to the buyer', ...edit, body: orderMessageSchema, answer: orderAnswerSchema },
  },
  [`GET ${shipments}`]: { says: 'What is packed for an order', ...read, answer: shipmentListSchema },
  [`GET ${shipments}/:shipment`]: { says: 'One shipment', ...read, answer: shipmentDetailSchema },
  [`POST ${shipments}`]: { says: 'Propose cartons', ...edit, body: newShipmentSchema, answer: shipmentAnswerSchema },
  [`PUT ${shipments}/:shipment`]: { says: 'Pack', ...edit, body: saveShipmentSchema, answer: shipmentAnswerSchema },
  [`POST ${shipments}/:shipment/discard`]: {
    ...{ says: 'Discard a shipment', ...edit, body: discardShipmentSchema, answer: shipmentAnswerSchema },
  },
  [`POST ${shipments}/:shipment/send`]: {
    ...{ says: 'Send its notice', ...edit, body: sendShipmentSchema, answer: sentShipmentSchema },
  },
  'GET /contract': { says: 'The contract', ...read, answer: contractDetailSchema },
  'POST /contract': {
    says: 'Propose or answer terms',
    ...bind,
    body: takeContractStepSchema,
    answer: contractAnswerSchema,
  },
  'GET /returns': { says: 'What came back', ...read, query: returnsQuerySchema, answer: returnListSchema },
  'GET /returns/:return': { says: 'One return', ...read, answer: supplierReturnSchema },
  'POST /returns/:return/steps': {
    ...{ says: 'Say what was got', ...edit, body: takeReturnStepSchema, answer: returnAnswerSchema },
  },
  'GET /statements': { says: 'Statements', ...read, query: statementsQuerySchema, answer: statementListSchema },
  'GET /statements/:statement': { says: 'One statement', ...read, answer: statementDetailSchema },
  'GET /statements/:statement/lines': {
    ...{ says: 'Its lines', ...read, query: statementLinesQuerySchema, answer: statementLinesSchema },
  },
  'GET /statements/:statement/csv': { says: 'It as a file', ...read, answer: 'text/csv' },
  'POST /statements/:statement/steps': {
    ...{ says: 'Claim, concede, set off', ...edit, body: takeStatementStepSchema, answer: statementAnswerSchema },
  },
  'POST /statements/:statement/approval': {
    ...{ says: 'Approve it', ...bind, body: approveStatementSchema, answer: statementAnswerSchema },
  },
  'POST /statements/:statement/messages': {
    ...{ says: 'Write to the buyer', ...edit, body: statementMessageSchema, answer: statementAnswerSchema },
  },
  'GET /scorecard': { says: 'How one is seen, and why', ...read, answer: scorecardDetailSchema },
  'GET /orders/:order/rating': { says: 'What both said of it', ...read, answer: orderRatingSchema },
  'POST /orders/:order/rating': { says: 'Rate the buyer', ...edit, body: ratingWordSchema, answer: ratingAnswerSchema },
  'GET /catalogue': { says: 'What is offered', ...read, query: catalogueQuerySchema, answer: catalogueSchema },
  'POST /catalogue': { says: 'Offer articles', ...edit, body: offersSchema, answer: offeredSchema },
  'POST /catalogue/csv': { says: 'Offer by a file', ...edit, body: catalogueFileSchema, answer: catalogueAnswerSchema },
  'POST /catalogue/withdrawn': { says: 'Offer no more', ...edit, body: withdrawSchema, answer: offeredSchema },
  'GET /deposit': { says: 'What is held as a surety', ...read, answer: depositDetailSchema },
  'GET /fair-play/rules': { says: 'The rules', ...read, query: rulesQuerySchema, answer: publishedRulesSchema },
  [`GET ${complaints}`]: { says: 'Complaints', ...read, query: complaintsQuerySchema, answer: complaintListSchema },
  [`POST ${complaints}`]: { says: 'Complain', ...edit, body: newComplaintSchema, answer: complaintAnswerSchema },
  [`GET ${complaints}/:complaint`]: { says: 'One complaint', ...read, answer: complaintDetailSchema },
  [`GET ${complaints}/:complaint/photos/:version/:at`]: { says: 'A picture of it', ...read, answer: 'image/*' },
  [`POST ${complaints}/:complaint/steps`]: {
    ...{ says: 'Answer, appeal', ...edit, body: takeComplaintStepSchema, answer: complaintAnswerSchema },
  },
  'GET /openapi.json': { says: 'This document', ...read, answer: z.record(z.string(), z.unknown()) },
};

const shapeOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return shape;
};
const contentOf = (type: string, schema: object) => ({ content: { [type]: { schema } } });

/** OpenAPI 3.1 of what a supplier's keys can do, from the schemas that the routes read by. */
export function supplierOpenApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, operation] of Object.entries(supplierOperations)) {
    const [method = '', below = ''] = name.split(' ');
    const path = `/api/supplies/:supplier${below}`;
    const inPath = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => ({
      ...{ name: parameter, in: 'path', required: true, schema: { type: 'string' } },
    }));
    const item = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[item] = { ...paths[item], [method.toLowerCase()]: operationOf(operation, inPath) };
  }
  const key = { type: 'http', scheme: 'bearer', description: 'A key of the supplier, ock_…' };
  return {
    openapi: '3.1.0',
    info: { title: 'Onecode for suppliers', version: '1' },
    security: [{ key: [] }],
    paths,
    components: { securitySchemes: { key } },
  };
}

function operationOf({ says, right, query, body, answer }: Operation, inPath: object[]): object {
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: false, schema: shapeOf(schema as z.ZodType, 'input') },
  }));
  const answered =
    typeof answer === 'string'
      ? contentOf(answer, { type: 'string' })
      : contentOf('application/json', shapeOf(answer, 'output'));
  return {
    ...{ summary: says, description: `Takes the right ${right}.`, parameters: [...inPath, ...inQuery] },
    ...(body && { requestBody: { required: true, ...contentOf('application/json', shapeOf(body, 'input')) } }),
    responses: {
      200: { description: 'Done', ...answered },
      default: { description: 'Refused', ...contentOf('application/json', shapeOf(apiErrorSchema, 'output')) },
    },
  };
}
