import type { z } from 'zod';
import type { RetailTransaction } from '../transaction/retail-transaction.ts';
import type { FiscalBlock } from './fiscal-block.ts';

/**
 * What a country's tax authority wants on a receipt. A plug-in is pure: the same ticket with the same settings is the same
 * block. The till asks it when the ticket is committed and keeps its answer in the entry, so that a copy says what the
 * original said, whatever the settings are by then. One more plug-in is one more file and a line in `fiscal-settings.ts`.
 */
export type FiscalPlugin<Settings extends z.ZodType> = {
  /** What the store sets; `plugin` is the plug-in's name. */
  readonly settings: Settings;
  readonly blockOf: (ticket: FiscalTicket, settings: z.infer<Settings>) => FiscalBlock;
};

/** All that a ticket says before it has a number. */
export type FiscalTicket = Omit<RetailTransaction, 'fiscal' | 'approvals'>;
