// A unit's life as events of GS1 EPCIS 2.0 in JSON-LD (EPCIS 2.0, section 10), in the words of the Core Business Vocabulary 2.0.
import { unreachable } from '../assert.ts';
import type { AdjustmentReason } from './goods.ts';
import type { PlaceKind } from './place.ts';
import type { UnitStepType } from './unit-states.ts';

/** What an event needs of a step. */
export type EpcisStep = {
  storeId: string;
  entryId: string;
  lineNumber: number;
  type: UnitStepType | 'counted';
  atMs: number;
  recordedAtMs: number;
  /** Of the store at that moment, `+01:00`. */
  timeZoneOffset: string;
  placeId: string;
  placeKind: PlaceKind | null;
  batch: string | null;
  expiresOn: string | null;
  sscc: string | null;
  /** The entry that announced what was received, or the step's own entry when it is one. */
  deliveryId: string | null;
  /** The other store of a transfer. */
  otherStoreId: string | null;
  adjustment: AdjustmentReason | null;
};

export type EpcisUnit = {
  gtin14: string;
  serial: string;
  /** What the addresses of stores, places and entries begin with, e.g. `https://shop.example`. */
  domain: string;
  steps: readonly EpcisStep[];
};

type Action = 'ADD' | 'OBSERVE' | 'DELETE';
type Identified = { id: string };
type EventBase = {
  eventID: string;
  eventTime: string;
  recordTime: string;
  eventTimeZoneOffset: string;
  action: Action;
  bizStep: string;
  disposition?: string;
  readPoint: Identified;
  /** Where the unit is afterwards; absent when it has left. */
  bizLocation?: Identified;
  /** Of an event that does not make the unit; one that does has `ilmd`, which no other may have (section 7.3.6). */
  'cbvmda:lotNumber'?: string;
  'cbvmda:itemExpirationDate'?: string;
  bizTransactionList?: { type?: string; bizTransaction: string }[];
  sourceList?: { type: string; source: string }[];
  destinationList?: { type: string; destination: string }[];
};
export type EpcisEvent =
  | ({ type: 'ObjectEvent'; epcList: string[]; ilmd?: Record<string, string> } & EventBase)
  | ({ type: 'AggregationEvent'; parentID: string; childEPCs: string[] } & EventBase);
export type EpcisDocument = {
  '@context': string[];
  type: 'EPCISDocument';
  schemaVersion: '2.0';
  creationDate: string;
  epcisBody: { eventList: EpcisEvent[] };
};

/** What happened, in CBV words. `stays`: the unit is at the step's place afterwards. */
type Meaning = { action: Action; bizStep: string; disposition: string; stays: boolean };

/** The document that holds one unit's events, in the order of its steps. `createdAtMs`: when it is made. */
export function epcisOf(unit: EpcisUnit, createdAtMs: number): EpcisDocument {
  return {
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: new Date(createdAtMs).toISOString(),
    epcisBody: { eventList: unit.steps.flatMap((step) => eventsOf(unit, step)) },
  };
}

/**
 * The unit as a canonical GS1 Digital Link URI (CBV 2.0, section 8.2): no `urn:epc:id:sgtin`, whose parts take the length
 * of the GS1 company prefix, which a GTIN does not tell.
 */
export function epcUriOf(gtin14: string, serial: string): string {
  return `https://id.gs1.org/01/${gtin14}/21/${encodeURIComponent(serial)}`;
}

function eventsOf(unit: EpcisUnit, step: EpcisStep): EpcisEvent[] {
  const meaning = meaningOf(step);
  if (meaning === null) return [];
  const epc = epcUriOf(unit.gtin14, unit.serial);
  const told = toldOf(step);
  const isMade = meaning.action === 'ADD' && Object.keys(told).length > 0;
  const main: EpcisEvent = {
    type: 'ObjectEvent',
    ...baseOf(unit, step, meaning),
    epcList: [epc],
    ...(isMade ? { ilmd: told } : told),
  };
  const packing = packingOf(step);
  if (packing === null) return [main];
  const packed: EpcisEvent = {
    type: 'AggregationEvent',
    ...baseOf(unit, step, packing, '/carton'),
    parentID: `https://id.gs1.org/00/${step.sscc}`,
    childEPCs: [epc],
  };
  return packing.action === 'ADD' ? [packed, main] : [main, packed];
}

/** Null: the step is another store's own event, told once more in the books of this one. */
function meaningOf(step: EpcisStep): Meaning | null {
  const here = (bizStep: string, disposition: string): Meaning => ({
    action: 'OBSERVE',
    bizStep,
    disposition,
    stays: true,
  });
  const away = (bizStep: string, disposition: string): Meaning => ({ ...here(bizStep, disposition), stays: false });
  switch (step.type) {
    case 'commissioned':
      return { ...here('commissioning', 'active'), action: 'ADD' };
    case 'announced':
      return step.otherStoreId === null ? away('shipping', 'in_transit') : null;
    case 'received':
    case 'arrived':
      return here('receiving', 'in_progress');
    case 'received-damaged':
    case 'arrived-damaged':
    case 'returned-damaged':
      return here('receiving', 'damaged');
    case 'moved':
      if (step.placeKind === 'set-aside') return here('holding', 'non_sellable_other');
      if (step.placeKind === 'sales-floor') return here('stocking', 'sellable_accessible');
      return here('storing', 'sellable_not_accessible');
    case 'sent':
      return away('shipping', 'in_transit');
    case 'delivered':
      return null;
    case 'reserved':
      return here('reserving', 'reserved');
    case 'set-aside':
      return here('holding', 'non_sellable_other');
    case 'sold':
      return away('retail_selling', 'retail_sold');
    case 'returned':
      return here('receiving', 'returned');
    case 'sent-back':
      return away('shipping', 'returned');
    case 'written-off':
      return writtenOff(step.adjustment);
    // Counting books nothing: that is `stock_taking`, by the entry that approves it.
    case 'counted':
      return here('cycle_counting', 'in_progress');
    case 'missed':
      return away('stock_taking', 'unknown');
    case 'found':
      return here('stock_taking', 'in_progress');
    default:
      return unreachable(step.type);
  }
}

function writtenOff(reason: AdjustmentReason | null): Meaning {
  if (reason === 'damaged' || reason === 'expired') {
    return { action: 'DELETE', bizStep: 'destroying', disposition: 'destroyed', stays: false };
  }
  if (reason === 'own-use') {
    return { action: 'DELETE', bizStep: 'decommissioning', disposition: 'inactive', stays: false };
  }
  const disposition = reason === 'theft' ? 'stolen' : 'unknown';
  return { action: 'OBSERVE', bizStep: 'stock_taking', disposition, stays: false };
}

/** In which carton it was put, or out of which it was taken. */
function packingOf({ type, sscc, otherStoreId }: EpcisStep): Meaning | null {
  if (sscc === null) return null;
  if (type === 'sent' || (type === 'announced' && otherStoreId === null)) {
    return { action: 'ADD', bizStep: 'packing', disposition: 'in_progress', stays: type === 'sent' };
  }
  const isReceipt = type === 'received' || type === 'arrived' || type.endsWith('-damaged');
  return isReceipt ? { action: 'DELETE', bizStep: 'unpacking', disposition: 'in_progress', stays: true } : null;
}

function baseOf({ domain }: EpcisUnit, step: EpcisStep, meaning: Meaning, part = ''): EventBase {
  const { action, bizStep, disposition, stays } = meaning;
  const store = (storeId: string) => `${domain}/stores/${storeId}`;
  const entry = (entryId: string) => `${store(step.storeId)}/entries/${entryId}`;
  const place = { id: `${store(step.storeId)}/places/${step.placeId}` };
  const [from, to] = step.type === 'sent' ? [step.storeId, step.otherStoreId] : [step.otherStoreId, step.storeId];
  const travels = bizStep === 'shipping' || bizStep === 'receiving';
  return {
    eventID: `${entry(step.entryId)}/lines/${step.lineNumber}${part}`,
    eventTime: new Date(step.atMs).toISOString(),
    recordTime: new Date(step.recordedAtMs).toISOString(),
    eventTimeZoneOffset: step.timeZoneOffset,
    action,
    bizStep,
    disposition,
    readPoint: place,
    ...(stays ? { bizLocation: place } : {}),
    bizTransactionList: [
      { bizTransaction: entry(step.entryId) },
      ...(step.deliveryId === null ? [] : [{ type: 'desadv', bizTransaction: entry(step.deliveryId) }]),
    ],
    ...(travels && from !== null ? { sourceList: [{ type: 'location', source: store(from) }] } : {}),
    ...(travels && to !== null ? { destinationList: [{ type: 'location', destination: store(to) }] } : {}),
  };
}

function toldOf({ batch, expiresOn }: EpcisStep): Record<string, string> {
  return {
    ...(batch === null ? {} : { 'cbvmda:lotNumber': batch }),
    ...(expiresOn === null ? {} : { 'cbvmda:itemExpirationDate': expiresOn }),
  };
}
