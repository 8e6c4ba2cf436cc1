import type { CartonLabel } from '#printing/label/carton-label.ts';
import type { ShipmentDetail } from '#schemas/api/shipments.ts';
import { digitalLinkOf } from '#schemas/item-code/digital-link.ts';
import { isSscc } from '#schemas/item-code/element-string.ts';
import type { Label } from '#schemas/label/label.ts';
import { linesOfPacking, type PackedCarton } from '#schemas/procurement/shipment.ts';
import { type LocaleCode, nameIn } from '#schemas/text.ts';
import { batchSchema } from '#schemas/transaction/retail-transaction.ts';
import { PagePapers } from '../devices/page-papers.ts';

/** What a page prints by. */
export const pagePapers = (page: Window & typeof globalThis) => new PagePapers(page);

/** (37) is printed up to so many. */
const mostOfContent = 999_999;
/** Serials as GS1 has them; what was typed wrong is said when it is sent, and has no label. */
const serialForm = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/;

/** The name of packed goods with its variant, as the catalogue has it. */
export function packedName({ goods }: Pick<ShipmentDetail, 'goods'>, skuId: string, locale: LocaleCode): string {
  const found = goods.find((one) => one.skuId === skuId);
  if (found === undefined) return skuId;
  return [nameIn(found.names, locale), found.variant && nameIn(found.variant, locale)].filter(Boolean).join(' ');
}

/** A label for each item code, carton by carton: they are stuck on as they are packed. */
export function itemLabelsOf(shipment: ShipmentDetail, locale: LocaleCode): Label[] {
  const { packing, digitalLinkDomain, goods: known } = shipment;
  return linesOfPacking(packing).flatMap(({ goods: { skuId, gtin14, serials, batch, expiresOn } }) => {
    if (gtin14 === null) return [];
    const { names, variant } = known.find((one) => one.skuId === skuId) ?? { names: null, variant: null };
    const told = {
      ...{
        gtin14,
        skuId,
        name: names ? nameIn(names, locale) : skuId,
        variant: variant ? nameIn(variant, locale) : '',
      },
      ...{ priceText: null, batch: batchSchema.safeParse(batch).success ? batch : null },
      expiresOn: /^\d{4}-\d{2}-\d{2}$/.test(expiresOn) ? expiresOn : null,
    };
    return serials
      .filter((serial) => serialForm.test(serial))
      .map((serial) => ({ ...told, serial, digitalLink: digitalLinkOf(digitalLinkDomain, gtin14, serial) }));
  });
}

/** A label for each carton; `facts` are its words. A carton whose number is none has no label. */
export function cartonLabelsOf(
  { packing }: Pick<ShipmentDetail, 'packing'>,
  facts: (carton: PackedCarton, at: number) => CartonLabel['facts'],
): CartonLabel[] {
  return packing.cartons.flatMap((carton, at) =>
    isSscc(carton.sscc) ? [{ sscc: carton.sscc, facts: facts(carton, at), content: contentOf(carton) }] : [],
  );
}

/** What is in a carton of one kind of goods. */
function contentOf({ goods }: PackedCarton): CartonLabel['content'] {
  const [first] = goods;
  if (!first || first.gtin14 === null || goods.some(({ gtin14 }) => gtin14 !== first.gtin14)) return null;
  const count = goods.reduce((sum, { quantity }) => sum + quantity, 0);
  return count <= mostOfContent ? { gtin14: first.gtin14, count } : null;
}
