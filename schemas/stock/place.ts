import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { namesSchema } from '../text.ts';

/** `set-aside`: where goods that are not to be sold lie. A shelf may have its code as its id: `a-03-2`. */
export const placeKinds = ['sales-floor', 'stock-room', 'shelf', 'set-aside'] as const;
export type PlaceKind = (typeof placeKinds)[number];

/** Part of the store's facts: somewhere in the store that goods can be. */
export const placeSchema = z.object({ placeId: idSchema, names: namesSchema, kind: z.enum(placeKinds) });
export type Place = z.infer<typeof placeSchema>;
