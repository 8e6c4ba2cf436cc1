import { z } from 'zod';
import { memberIdSchema } from './member-entries.ts';

/**
 * Whom an open basket is sold to. Nothing of the person: who it is is looked up when it is shown. `tier`: what its prices are made for.
 * `isShown`: the member showed a code, so the clerk may see who it is [MB3]. `isElsewhere`: the server knew them, this till does not.
 */
export const basketMemberSchema = z.object({
  memberId: memberIdSchema,
  tier: z.string().max(30),
  isShown: z.boolean(),
  isElsewhere: z.boolean(),
});
export type BasketMember = z.infer<typeof basketMemberSchema>;
