import type { Paper } from '#printing/a4/paper.ts';
import type { CartonLabel } from '#printing/label/carton-label.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { ScanOutcome } from '#pwa/state/shipment-packing.ts';
import { packedName } from '#pwa/state/shipment-papers.ts';
import type { ShipmentDetail, ShipmentPhase } from '#schemas/api/shipments.ts';
import { type PackedCarton, piecesIn } from '#schemas/procurement/shipment.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { dayText } from '../time-text.ts';

const phaseTexts: Readonly<Record<ShipmentPhase, () => string>> = {
  draft: m.ship_phase_draft,
  sending: m.ship_phase_sending,
  sent: m.ship_phase_sent,
  discarded: m.ship_discard,
};

export const shipmentPhaseText = (phase: ShipmentPhase): string => phaseTexts[phase]();

const scanTexts: Readonly<Record<ScanOutcome['code'], (scan: { text: string }) => string>> = {
  added: m.ship_scan_added,
  carton: m.ship_scan_carton,
  'carton-new': m.ship_scan_carton_new,
  'not-ordered': m.ship_scan_not_ordered,
  'item-twice': m.ship_scan_item_twice,
  unknown: m.ship_scan_unknown,
  full: m.ship_scan_full,
};

/** What a scan did; goods by their name. */
export function scanText({ code, text }: ScanOutcome, shipment: ShipmentDetail, locale: LocaleCode): string {
  return scanTexts[code]({ text: packedName(shipment, text, locale) });
}

type Words = { locale: LocaleCode; formatLocale: string };

/** Whom it is from and to, and under which numbers: on carton labels and the delivery note alike. */
function facts(shipment: ShipmentDetail, { formatLocale }: Words): { label: string; text: string }[] {
  const { supplierName, merchantName, storeName, storeAddress, packing, orderNumber } = shipment;
  const { reference, expectedOn } = packing;
  // Many stores are called by the chain's name and their street.
  const house = storeName.startsWith(merchantName) ? '' : merchantName;
  return [
    { label: m.ship_paper_from(), text: supplierName },
    { label: m.ship_paper_to(), text: [house, storeName, storeAddress].filter(Boolean).join(', ') },
    { label: m.ship_paper_order(), text: String(orderNumber) },
    { label: m.ship_paper_number(), text: reference },
    { label: m.ship_paper_expected(), text: expectedOn === null ? '' : dayText(expectedOn, formatLocale) },
  ];
}

export function cartonFacts(shipment: ShipmentDetail, words: Words) {
  return ({ goods }: PackedCarton, at: number): CartonLabel['facts'] => {
    const names = new Set(goods.map(({ skuId }) => packedName(shipment, skuId, words.locale)));
    const batches = new Set(goods.map(({ batch, expiresOn }) => [batch, expiresOn].filter(Boolean).join(' · ')));
    const one = (all: Set<string>) => (all.size === 1 ? ([...all][0] ?? '') : '');
    return [
      ...facts(shipment, words).filter(({ text }) => text !== ''),
      { label: m.ship_paper_carton(), text: `${at + 1} / ${shipment.packing.cartons.length}` },
      { label: m.ship_paper_goods(), text: names.size > 1 ? m.ship_paper_mixed() : one(names) },
      { label: m.ship_paper_batch(), text: one(batches) },
    ];
  };
}

/** The delivery note: every carton with what is in it. */
export function deliveryNote(shipment: ShipmentDetail, words: Words): Paper {
  const { packing } = shipment;
  const count = new Intl.NumberFormat(words.locale);
  return {
    title: m.ship_print_note(),
    facts: facts(shipment, words),
    columns: [
      { heading: m.ship_paper_goods(), part: 0.44, isNumber: false },
      { heading: m.ship_paper_gtin(), part: 0.22, isNumber: false },
      { heading: m.ship_paper_batch(), part: 0.22, isNumber: false },
      { heading: m.ship_paper_pieces(), part: 0.12, isNumber: true },
    ],
    rows: packing.cartons.flatMap(({ sscc, goods }, at) => [
      [`${m.ship_carton({ at: at + 1, count: packing.cartons.length })} · ${sscc}`],
      ...goods.map(({ skuId, gtin14, quantity, batch, expiresOn }) => [
        packedName(shipment, skuId, words.locale),
        gtin14 ?? skuId,
        [batch, expiresOn].filter(Boolean).join(' · '),
        count.format(quantity),
      ]),
    ]),
    sums: [
      m.ship_paper_sums({ cartons: count.format(packing.cartons.length), pieces: count.format(piecesIn(packing)) }),
    ],
    pageText: (page, pages) => m.ship_paper_page({ page: count.format(page), pages: count.format(pages) }),
  };
}
