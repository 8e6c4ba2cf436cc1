import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { roleLimitsSchema } from '../policy/limits.ts';
import { rightNames } from '../policy/rights.ts';
import { key, namesSchema } from '../text.ts';
import { personNameSchema } from './staff.ts';

/** In English at least; safe on a receipt as a person's name is. */
const roleNamesSchema = z.object({
  en: personNameSchema,
  'zh-Hans': personNameSchema.optional(),
  'zh-Hant': personNameSchema.optional(),
});

/**
 * `POST /api/roles` makes a role of the chain's own, `POST /api/roles/:role` changes one. Errors: `forbidden` 403 (a right
 * that the asker lacks, before or after the change), `own-access` 409 (takes a right from the asker).
 */
export const roleRequestSchema = z.object({
  names: roleNamesSchema,
  rights: z.array(z.enum(rightNames)).min(1).max(rightNames.length),
});
export type RoleRequest = z.infer<typeof roleRequestSchema>;

/** Also of `POST /api/roles/:role/end`, which is `role-in-use` 409 while somebody holds it. */
export const roleAnswerSchema = z.object({
  /** A built-in role's name, or an own one's id. */
  roleId: key(40),
  /** A change: people whose PIN or badge ended with it (staff.ts, GrantAnswer); they need a new one. */
  ended: z.array(key(40)).optional(),
});
export type RoleAnswer = z.infer<typeof roleAnswerSchema>;

/**
 * `POST /api/roles/:role/limits`, of a built-in role of a store or an own one: how much it allows alone. Sets all of them; what is
 * left out follows from the role's rights. Errors: `forbidden` 403 (wider than the asker's own, before or after), `not-found` 404.
 */
export const roleLimitsRequestSchema = z.object({ limits: roleLimitsSchema });

/** `GET /api/roles`: takes `read-staff` in the chain, or in the store under `/api/stores/:store/roles`. */
export const roleListSchema = z.object({
  roles: z.array(
    z.object({
      roleId: key(40),
      /** Null for a built-in role. */
      names: namesSchema.nullable(),
      level: z.enum(['merchant', 'store', 'supplier']),
      rights: z.array(z.string().max(40)),
      /** Of an own role: rights that came after it was last written, and that it does not have (policy/later-rights.ts). */
      later: z.array(z.string().max(40)),
      /** How many people hold it now. */
      holders: z.number().int().min(0),
      /** Whether who asks may change it. */
      mayEdit: z.boolean(),
      /** What the chain has set (policy/limits.ts), and whether who asks may set it. */
      limits: roleLimitsSchema,
      mayLimit: z.boolean(),
    }),
  ),
  /** Of the chain's stores: amounts are set in each. */
  currencies: z.array(currencySchema),
});
export type RoleList = z.infer<typeof roleListSchema>;
