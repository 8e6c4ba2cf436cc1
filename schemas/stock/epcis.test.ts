import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EpcisStep, type EpcisUnit, epcisOf } from './epcis.ts';
import { unitStepTypes } from './unit-states.ts';

const gtin14 = '09506000134352';
const step = (type: EpcisStep['type'], changes: Partial<EpcisStep> = {}): EpcisStep => ({
  storeId: 'camden',
  entryId: '0001-000000007',
  lineNumber: 2,
  type,
  atMs: Date.UTC(2026, 6, 1, 12),
  recordedAtMs: Date.UTC(2026, 6, 1, 12, 0, 1),
  timeZoneOffset: '+01:00',
  placeId: 'floor',
  placeKind: 'sales-floor',
  batch: null,
  expiresOn: null,
  sscc: null,
  deliveryId: null,
  otherStoreId: null,
  adjustment: null,
  ...changes,
});
const unit = (...steps: EpcisStep[]): EpcisUnit => ({ gtin14, serial: 'A/7', domain: 'https://id.example', steps });
const documentOf = (...steps: EpcisStep[]) => epcisOf(unit(...steps), Date.UTC(2026, 10, 22));
const eventsOf = (...steps: EpcisStep[]) => documentOf(...steps).epcisBody.eventList;

// By hand after GS1's EPCIS-JSON-Schema.json 2.0: the fields that are required, the vocabularies in use, and which event
// may have an ilmd. The documents of this test were checked against that schema once, with its own validator.
const uri = z.string().regex(/^[a-z][a-z0-9+.-]*:[!-~]+$/);
const at = z.iso.datetime();
const location = z.strictObject({ id: uri });
const bizSteps =
  'accepting commissioning cycle_counting decommissioning destroying holding packing receiving reserving retail_selling shipping stock_taking stocking storing unpacking';
const dispositions =
  'active damaged destroyed in_progress in_transit inactive non_sellable_other reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unknown';
const eventShape = {
  eventID: uri,
  eventTime: at,
  recordTime: at,
  eventTimeZoneOffset: z.string().regex(/^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/),
  bizStep: z.enum(bizSteps.split(' ')),
  disposition: z.enum(dispositions.split(' ')),
  readPoint: location,
  bizLocation: location.optional(),
  bizTransactionList: z.array(z.strictObject({ type: z.literal('desadv').optional(), bizTransaction: uri })),
  sourceList: z.array(z.strictObject({ type: z.literal('location'), source: uri })).optional(),
  destinationList: z.array(z.strictObject({ type: z.literal('location'), destination: uri })).optional(),
  'cbvmda:lotNumber': z.string().optional(),
  'cbvmda:itemExpirationDate': z.iso.date().optional(),
};
const object = { ...eventShape, type: z.literal('ObjectEvent'), epcList: z.array(uri).min(1) };
const documentSchema = z.strictObject({
  '@context': z.array(uri).min(1),
  type: z.literal('EPCISDocument'),
  schemaVersion: z.literal('2.0'),
  creationDate: at,
  epcisBody: z.strictObject({
    eventList: z.array(
      z.union([
        z.strictObject({
          ...object,
          action: z.literal('ADD'),
          ilmd: z.record(z.string().regex(/^cbvmda:/), z.string()).optional(),
        }),
        z.strictObject({ ...object, action: z.enum(['OBSERVE', 'DELETE']) }),
        z.strictObject({
          ...eventShape,
          type: z.literal('AggregationEvent'),
          action: z.enum(['ADD', 'DELETE']),
          parentID: uri,
          childEPCs: z.array(uri).min(1),
        }),
      ]),
    ),
  }),
});

test('each step of a life makes a whole document, with carton, batch and the other store or without', () => {
  for (const type of [...unitStepTypes, 'counted'] as const) {
    for (const otherStoreId of [null, 'ancoats']) {
      for (const sscc of [null, '395060001343521237']) {
        for (const told of [{}, { batch: 'L/1', expiresOn: '2027-01-31', deliveryId: '0000-000000003' }]) {
          const made = documentOf(step(type, { otherStoreId, sscc, ...told }));
          expect(documentSchema.safeParse(made).error, type).toBeUndefined();
        }
      }
    }
  }
});

test('a code that is made carries batch and expiry as ilmd; a later step tells them of itself', () => {
  const told = { batch: 'L1', expiresOn: '2027-01-31' };
  expect(eventsOf(step('commissioned', told))).toMatchObject([
    {
      type: 'ObjectEvent',
      action: 'ADD',
      bizStep: 'commissioning',
      disposition: 'active',
      epcList: ['https://id.gs1.org/01/09506000134352/21/A%2F7'],
      ilmd: { 'cbvmda:lotNumber': 'L1', 'cbvmda:itemExpirationDate': '2027-01-31' },
      eventTime: '2026-07-01T12:00:00.000Z',
      eventTimeZoneOffset: '+01:00',
    },
  ]);
  expect(eventsOf(step('received', told))[0]).toMatchObject({ action: 'OBSERVE', 'cbvmda:lotNumber': 'L1' });
  expect(eventsOf(step('received', told))[0]).not.toHaveProperty('ilmd');
});

describe('where a unit is afterwards', () => {
  test('it stays at the place of what was done with it there, and is nowhere known once it has left', () => {
    const place = { id: 'https://id.example/stores/camden/places/floor' };
    expect(eventsOf(step('moved'))[0]).toMatchObject({ bizStep: 'stocking', readPoint: place, bizLocation: place });
    expect(eventsOf(step('sold'))[0]).not.toHaveProperty('bizLocation');
    expect(eventsOf(step('sold'))[0]).toMatchObject({ bizStep: 'retail_selling', disposition: 'retail_sold' });
  });

  test('a transfer is shipped by one store and received by the other, once each', () => {
    const events = eventsOf(
      step('sent', { otherStoreId: 'ancoats' }),
      step('announced', { storeId: 'ancoats', otherStoreId: 'camden' }),
      step('arrived', { storeId: 'ancoats', otherStoreId: 'camden' }),
      step('delivered', { otherStoreId: 'ancoats' }),
    );
    const travel = {
      sourceList: [{ type: 'location', source: 'https://id.example/stores/camden' }],
      destinationList: [{ type: 'location', destination: 'https://id.example/stores/ancoats' }],
    };
    expect(events.map(({ bizStep }) => bizStep)).toEqual(['shipping', 'receiving']);
    for (const event of events) expect(event).toMatchObject(travel);
  });

  test('a carton is packed before it is shipped, and unpacked after it is received', () => {
    const sscc = '395060001343521237';
    const steps = [step('announced', { sscc }), step('received', { sscc, deliveryId: '0000-000000003' })];
    expect(eventsOf(...steps).map(({ type, action, bizStep }) => [type, action, bizStep])).toEqual([
      ['AggregationEvent', 'ADD', 'packing'],
      ['ObjectEvent', 'OBSERVE', 'shipping'],
      ['ObjectEvent', 'OBSERVE', 'receiving'],
      ['AggregationEvent', 'DELETE', 'unpacking'],
    ]);
    expect(new Set(eventsOf(...steps.slice(0, 1)).map(({ eventID }) => eventID)).size).toBe(2);
  });
});

test('what was counted was observed where it lay; what was missed then is nowhere known, and what turned up is there', () => {
  const words = (type: Parameters<typeof step>[0]) => {
    const [event] = eventsOf(step(type));
    return [event?.action, event?.bizStep, event?.disposition, event?.bizLocation !== undefined];
  };
  expect(words('counted')).toEqual(['OBSERVE', 'cycle_counting', 'in_progress', true]);
  expect(words('missed')).toEqual(['OBSERVE', 'stock_taking', 'unknown', false]);
  expect(words('found')).toEqual(['OBSERVE', 'stock_taking', 'in_progress', true]);
});

test('a write-off says why in CBV words', () => {
  const words = (adjustment: EpcisStep['adjustment']) => {
    const [event] = eventsOf(step('written-off', { adjustment }));
    return [event?.action, event?.bizStep, event?.disposition];
  };
  expect(words('expired')).toEqual(['DELETE', 'destroying', 'destroyed']);
  expect(words('own-use')).toEqual(['DELETE', 'decommissioning', 'inactive']);
  expect(words('theft')).toEqual(['OBSERVE', 'stock_taking', 'stolen']);
  expect(words('lost')).toEqual(['OBSERVE', 'stock_taking', 'unknown']);
});
