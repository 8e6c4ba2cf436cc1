import { expect, test } from 'vitest';
import { createTrustApp } from './trust.ts';

test('what is asked over plain http leads to the same address over https, its query with it', async () => {
  const options = {
    appAddress: 'https://shop.example:4711',
    pageAddress: 'http://shop.example:4710',
    fingerprint: 'AA:BB',
    authorityCert: '',
  };
  const app = createTrustApp(options, import.meta.dirname);
  const asked = '/01/09506000134352/21/A%2FB?17=261122&linkType=gs1:pip';
  const answer = await app.request(asked, { headers: { 'sec-fetch-mode': 'navigate' } });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, `https://shop.example:4711${asked}`]);
});
