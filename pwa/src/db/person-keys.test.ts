import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PersonKey } from '#schemas/members/sealed-person.ts';
import { personKeyStock } from '#schemas/sync/till-members.ts';
import { MembersDatabase } from './members-database.ts';
import { PersonKeys } from './person-keys.ts';

const made = (from: number, count: number): PersonKey[] =>
  Array.from({ length: count }, (_, at) => ({ keyId: `key-${from + at}`, key: `secret-${from + at}` }));

function newStock(ask: (unused: number) => Promise<PersonKey[] | null>) {
  const source = { indexedDB: new IDBFactory(), IDBKeyRange };
  const named = new Set<string>();
  let nowMs = 0;
  const open = () =>
    new PersonKeys({
      database: new MembersDatabase('stock', source),
      ...{ namedKeyIds: () => named, ask, nowMs: () => (nowMs += 120_000) },
    });
  return { open, named };
}

test('[MB7] a full stock is asked for once few are left, and no answer changes nothing', async () => {
  const asked: number[] = [];
  let isAway = true;
  const { open } = newStock(async (unused) => {
    asked.push(unused);
    return isAway ? null : made(0, personKeyStock - unused);
  });
  const keys = open();
  await keys.follow();
  expect(await keys.unused()).toBe(0);
  expect(await keys.take('ada')).toBe(null);
  isAway = false;
  await keys.follow();
  await keys.follow();
  expect(await keys.unused()).toBe(personKeyStock);
  expect(asked).toEqual([0, 0]);
});

type Step = 'enrol' | 'dies-before-put' | 'dies-after-put' | 'fails' | 'post' | 'restart' | 'follow';

test('[MB7] [J1] no key stands in two entries, and none is let go while its entry waits, whenever the tablet dies', async () => {
  const step = fc.constantFrom<Step>(
    'enrol',
    'dies-before-put',
    'dies-after-put',
    'fails',
    'post',
    'restart',
    'follow',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      let given = 0;
      const { open, named } = newStock(async (unused) => {
        given += 4 - Math.min(4, unused);
        return made(given, 4 - Math.min(4, unused));
      });
      const used = new Set<string>();
      let keys = open();
      for (const one of steps) {
        if (one === 'restart') keys = open();
        else if (one === 'follow') await keys.follow();
        else if (one === 'post') for (const keyId of [...named].slice(0, 1)) named.delete(keyId);
        else {
          const taken = await keys.take('somebody');
          if (taken === null) continue;
          const { keyId } = taken.key;
          if (one === 'enrol' || one === 'dies-after-put') {
            expect(used.has(keyId)).toBe(false);
            used.add(keyId);
            named.add(keyId);
          }
          if (one === 'dies-before-put' || one === 'dies-after-put') keys = open();
          else taken.done();
        }
        for (const keyId of named) expect(await keys.keyOf(keyId)).not.toBe(null);
      }
    }),
    { numRuns: 60 },
  );
});

test('[MB7] a key whose entry came to the disk though the note of it did not is never used again', async () => {
  const { open, named } = newStock(async () => made(0, 2));
  await open().follow();
  named.add('key-0');
  await open().unused();
  named.delete('key-0');
  const keys = open();
  expect((await keys.take('ada'))?.key.keyId).toBe('key-1');
  expect(await keys.take('bob')).toBe(null);
});
