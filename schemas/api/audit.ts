import { z } from 'zod';
import { idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { text } from '../text.ts';

/** What is put on record of the back office; the screen has a text for each (components/audit-text.ts). */
export const auditActions = [
  // Accounts.
  'signed-in',
  'sign-in-locked',
  'signed-out',
  'password-changed',
  'email-changed',
  'password-reset-asked',
  'password-reset',
  'passkey-added',
  'passkey-removed',
  'two-factor-on',
  'two-factor-off',
  'sessions-ended',
  'invitation-made',
  'invitation-used',
  'invitation-revoked',
  // People and what they may do.
  'staff-added',
  'staff-changed',
  'staff-pin-set',
  'badge-issued',
  'role-granted',
  'role-ended',
  'staff-left',
  'staff-returned',
  'role-made',
  'role-changed',
  'role-limited',
  'role-removed',
  'key-made',
  'key-rotated',
  'key-revoked',
  // Suppliers.
  'supplier-added',
  'supplier-changed',
  'supplier-ended',
  'order-step-taken',
  'contract-step-taken',
  'reorder-rule-set',
  'statement-step-taken',
  'supplier-return-step-taken',
  'fair-play-published',
  'complaint-step-taken',
  'deposit-moved',
  'order-rated',
  'supplier-catalogue-changed',
  'supplier-offers-decided',
  // Tills.
  'till-paired',
  'till-renamed',
  'till-moved',
  'till-revoked',
  'till-wiped',
  'till-discarded',
  'till-stayed',
  'till-instruction-done',
  'approval-decided',
  'export-loaded',
  // The page behind an item code.
  'item-page-changed',
  'story-changed',
  'in-store-codes-changed',
  // Places of a store.
  'place-added',
  'place-changed',
  'place-closed',
  'place-opened',
  // Drawers of a store.
  'shift-rules-changed',
  'sales-target-set',
  'work-marked',
  // How a store is paid.
  'tender-rules-changed',
  'return-rules-changed',
  'credit-blocked',
  'credit-unblocked',
  'customer-account-made',
  'customer-account-changed',
  'account-payment-booked',
  'account-payment-corrected',
  // What stands on receipts.
  'receipt-design-changed',
  // Rules of points and tiers.
  'member-rules-changed',
  // Prices and promotions.
  'price-list-saved',
  'price-list-ended',
  'list-prices-changed',
  'online-prices-received',
  'price-feed-changed',
  'price-hook-made',
  'price-hook-ended',
  'webhook-made',
  'webhook-ended',
  'pricing-rules-changed',
  'promotion-saved',
  'promotion-ended',
  'coupons-issued',
  // Recalls.
  'recall-opened',
  'recall-ended',
  // Personal data, and this log.
  'personal-data-shown',
  'personal-data-exported',
  'personal-data-erased',
  'audit-exported',
  'printer-added',
  'printer-changed',
  'printer-removed',
  'labels-reprinted',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Where the time line goes on: the last item's time and id. */
export const auditMarkSchema = z.string().regex(/^\d{1,16}_[a-z0-9-]{1,80}$/);

/**
 * `GET /api/stores/:store/audit` for what concerns one store, `GET /api/audit` for the whole chain. `action` is an audit
 * action or an entry's kind. `GET /api/audit/export` takes the same without `limit` and `before` and answers CSV.
 */
export const auditQuerySchema = z.object({
  actor: text(80).optional(),
  action: text(60).optional(),
  subject: text(80).optional(),
  /** Server time, from and until (exclusive). */
  fromMs: z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional(),
  untilMs: z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional(),
  /** Somewhere in it: names of people, ids, what was changed. What is sealed is found by the person's name alone. */
  text: text(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: auditMarkSchema.optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

const sideSchema = z.record(z.string(), z.unknown()).nullable();

/** A change in the back office, or an entry of a till. */
export const auditItemSchema = z.object({
  id: z.string().max(80),
  /** When the server put it on record. */
  atMs: z.number().int(),
  /** An entry: when it happened by the till's clock. */
  occurredAtMs: z.number().int().nullable(),
  /** Null for what concerns the chain. */
  storeId: idSchema.nullable(),
  storeName: text(100).nullable(),
  actorType: z.enum(['person', 'key', 'till', 'system']),
  actorId: z.string().max(80),
  /** Null when nobody knows it (any more). */
  actorName: text(100).nullable(),
  /** An entry: the till that made it. */
  tillNumber: tillNumberSchema.nullable(),
  tillName: text(80).nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** One of auditActions, or the kind of an entry. */
  action: z.string().max(60),
  /** `entry` for an entry of a till; its id is the subject's. */
  subjectType: z.string().max(60),
  subjectId: z.string().max(200),
  subjectName: text(100).nullable(),
  before: sideSchema,
  after: sideSchema,
  /** Something in it was personal, and the person has been erased. */
  erased: z.boolean(),
});
export type AuditItem = z.infer<typeof auditItemSchema>;

/** Latest first. */
export const auditListSchema = z.object({
  items: z.array(auditItemSchema),
  /** `before` of the next page; null at the end. */
  next: auditMarkSchema.nullable(),
});
export type AuditList = z.infer<typeof auditListSchema>;
