import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { currencySchema, minorSchema } from '../money/money.ts';
import { campaignIdSchema } from '../pricing/coupon-id.ts';
import { key, text } from '../text.ts';

// What the office knows of how a member buys, and what staff wrote; of all who are one person, in all stores of the chain.

const names = z.record(z.string(), z.string());
const countSchema = z.number().int().min(0);
const favourite = z.object({ minor: minorSchema, pieces: z.number().int() });

/** `GET …/members/:member/habits` (right `see-members-whole`). Lines that came back count back; at most five of each, the most bought first. */
export const memberHabitsSchema = z.object({
  /** Of the store that asks. */
  currency: currencySchema,
  visits: countSchema,
  /** Null: nothing was bought. */
  averageMinor: minorSchema.nullable(),
  lastAtMs: z.number().int().nullable(),
  categories: z.array(favourite.extend({ names })),
  brands: z.array(favourite.extend({ brand: text(80) })),
  /** Sizes and colours, as hints of what fits. */
  variants: z.array(favourite.extend({ names })),
  /** [CP10] The running campaign's coupon that would take most off their average basket; null: none would. */
  nextCoupon: z.object({ campaignId: campaignIdSchema, names, savingMinor: minorSchema }).nullable(),
  notes: z.array(
    z.object({
      noteId: key(40),
      storeId: idSchema,
      operatorName: text(200).nullable(),
      atMs: z.number().int(),
      text: text(500),
    }),
  ),
});
export type MemberHabits = z.infer<typeof memberHabitsSchema>;

/** `POST …/members/:member/notes` (right `enrol-members`): for staff alone; erased with the member. Answers the habits. */
export const writeNoteSchema = z.object({ text: text(500, 1) });
/** `POST …/members/:member/notes/:note/remove` (right `edit-members`), body `{}`. */
export const removeNoteSchema = z.object({});

/** `POST …/members/:member/coupon` (right `edit-promotions`): gives them one of the campaign's, by hand, once. */
export const giveCouponSchema = z.object({ campaignId: campaignIdSchema });
export const couponGivenSchema = z.object({ granted: countSchema });
