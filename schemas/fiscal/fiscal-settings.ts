import { z } from 'zod';
import { type FiscalBlock, fiscalBlockSchema } from './fiscal-block.ts';
import type { FiscalTicket } from './fiscal-plugin.ts';
import { taxNumber } from './tax-number.ts';

/** What a store has set for its plug-in. */
export const fiscalSettingsSchema = z.discriminatedUnion('plugin', [taxNumber.settings]);
export type FiscalSettings = z.infer<typeof fiscalSettingsSchema>;

const plugins = { 'tax-number': taxNumber } as const satisfies Record<FiscalSettings['plugin'], unknown>;

/**
 * The block that goes into a ticket's entry; null: the store has no plug-in, or its answer is nothing that can be printed, which
 * holds no sale up.
 */
export function fiscalBlockOf(ticket: FiscalTicket, settings: FiscalSettings | null): FiscalBlock | null {
  if (settings === null) return null;
  return fiscalBlockSchema.safeParse(plugins[settings.plugin].blockOf(ticket, settings)).data ?? null;
}
