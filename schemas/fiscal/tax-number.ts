import { z } from 'zod';
import { text } from '../text.ts';
import type { FiscalPlugin } from './fiscal-plugin.ts';

const settingsSchema = z.object({
  plugin: z.literal('tax-number'),
  /** What the authority calls the number, e.g. `VAT no.`. */
  label: text(40, 1),
  taxNumber: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ./-]{2,39}$/),
  /** Whether the figures stand there as a QR code too. */
  hasCode: z.boolean(),
});

/**
 * The seller's tax number, and the figures that a receipt is checked by as a code: tax number, ticket, day, currency, total
 * and tax in minor units, separated by `;`. No country's law: an example, and enough where only the number is asked for.
 */
export const taxNumber: FiscalPlugin<typeof settingsSchema> = {
  settings: settingsSchema,
  blockOf: (ticket, { label, taxNumber: number, hasCode }) => {
    const { transactionId, businessDay, currency, totalMinor, taxMinor } = ticket;
    const figures = [number, transactionId, businessDay, currency, totalMinor, taxMinor];
    return { lines: [`${label} ${number}`], codes: hasCode ? [figures.join(';')] : [] };
  },
};
