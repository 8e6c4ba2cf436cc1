import { expect, test } from 'vitest';
import { torture } from './torture.ts';

test('server and PostgreSQL killed under load: of what was acknowledged nothing is missing, nothing is there twice [J2 P1 P2]', async () => {
  const found = await torture({ seconds: 8, tills: 3, seed: 11, log: () => undefined });
  expect(found).toMatchObject({ missing: 0, twice: 0, wrong: [] });
  expect(found.acknowledged).toBeGreaterThan(0);
  expect(found.serverKills + found.postgresKills).toBeGreaterThan(0);
});
