import { z } from 'zod';
import { minorSchema } from '../money/money.ts';

/** `required`: a till sells only while its drawer is open; `asked`: it says so and sells; `off`: it does not ask. */
export const shiftModes = ['off', 'asked', 'required'] as const;
export type ShiftMode = (typeof shiftModes)[number];

/** A store's rules for its drawers. Entries carry the amounts that held for them. */
export const shiftRulesSchema = z.object({
  mode: z.enum(shiftModes),
  /** A difference of more than this at the close, either way, is told to the manager. */
  toleranceMinor: minorSchema.min(0),
  /** Cash in or out of more than this takes the right `move-cash`. */
  cashLimitMinor: minorSchema.min(0),
});
export type ShiftRules = z.infer<typeof shiftRulesSchema>;

/** Of a store that has set none: every difference is told, and all cash in or out takes the right. */
export const defaultShiftRules: ShiftRules = { mode: 'asked', toleranceMinor: 0, cashLimitMinor: 0 };
