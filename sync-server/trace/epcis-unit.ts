import type { UnitLife } from '#schemas/api/units.ts';
import type { EpcisStep, EpcisUnit } from '#schemas/stock/epcis.ts';

/** A life as EPCIS tells it: labels are no event of the thing. */
export function epcisUnitOf({ gtin14, serial, digitalLink, steps }: UnitLife): EpcisUnit {
  const told = steps.flatMap(({ type, placeId, otherStore, delivery, ...step }): EpcisStep[] => {
    if (type === 'label-printed' || type === 'label-reprinted' || placeId === null) return [];
    const otherStoreId = otherStore?.storeId ?? null;
    return [{ ...step, type, placeId, otherStoreId, deliveryId: delivery?.deliveryId ?? null }];
  });
  const domain = digitalLink.slice(0, digitalLink.indexOf('/01/'));
  return { gtin14, serial, domain, steps: told };
}
