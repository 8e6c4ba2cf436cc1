import { expect, test } from 'vitest';
import { degreesOf, positionSchema, readPosition } from './position.ts';

test('[MS6] a position is read as a map gives it, and kept to some hundred metres', () => {
  expect(readPosition('51.53901, -0.14263')).toBe('51.539,-0.143');
  expect(readPosition('geo:51.53901,-0.14263?z=19')).toBe('51.539,-0.143');
  expect(readPosition('https://www.openstreetmap.org/@51.5,-0.1,15z')).toBe('51.500,-0.100');
  expect(readPosition('31.2304，121.4737')).toBe('31.230,121.474');
  expect(readPosition('0,-0.0001')).toBe('0.000,0.000');
  expect(degreesOf('51.539,-0.143')).toEqual({ latitude: 51.539, longitude: -0.143 });
});

test('[MS6] what is no position is none', () => {
  for (const typed of ['', 'NW1 8AB', '91, 0', '10, 181', 'Camden']) expect(readPosition(typed)).toBeNull();
  expect(positionSchema.safeParse('51.53901,-0.1').success).toBe(false);
});
