import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { placeKinds, placeSchema } from '../stock/place.ts';
import { namesSchema } from '../text.ts';

/** `GET /api/stores/:store/places`: the sales place first, then by kind and id. */
export const placeListSchema = z.object({
  places: z.array(
    placeSchema.extend({
      /** The counter sells from it: it stays open. */
      isSalesPlace: z.boolean(),
      closedAtMs: z.number().int().nullable(),
      /** Pieces on hand there; negative where the books are behind. */
      onHand: z.number().int(),
      /** SKUs that are on hand there. */
      skuCount: z.number().int().min(0),
    }),
  ),
});
export type PlaceList = z.infer<typeof placeListSchema>;
export type PlaceReport = PlaceList['places'][number];

/** `POST …/places`. Errors: `name-taken` 409 (there is a place of that id, closed ones too), `conflict` 409 (too many). */
export const addPlaceSchema = z.object({ placeId: idSchema, names: namesSchema, kind: z.enum(placeKinds) });
/** `POST …/places/:place`. */
export const changePlaceSchema = z.object({ names: namesSchema, kind: z.enum(placeKinds) });
/** Answer of these and of `…/:place/close` and `…/:place/open`, body `{}`. Errors: `not-found` 404, `conflict` 409 (the sales place). */
export const placeAnswerSchema = z.object({ placeId: idSchema });
export type PlaceAnswer = z.infer<typeof placeAnswerSchema>;

export const maxPlaces = 2_000;
