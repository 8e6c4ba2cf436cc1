import { expect, test } from 'vitest';
import { fairPlayAccess } from '../routes/fair-play-access.ts';
import { orderAccess } from '../routes/order-access.ts';
import { supplierOpenApi, supplierOperations } from './openapi.ts';

type Document = {
  paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; requestBody?: object }>>;
};

test('the document has what the routes of orders, contracts, returns, statements and fair play have, with the right that each takes', () => {
  const own = Object.entries({ ...orderAccess, ...fairPlayAccess }).flatMap(([route, right]) => {
    const [method, path = ''] = route.split(' ');
    return path.startsWith('/api/supplies/')
      ? [[`${method} ${path.replace('/api/supplies/:supplier', '')}`, right]]
      : [];
  });
  const told = Object.entries(supplierOperations)
    .map(([name, { right }]) => [name, right])
    .filter(([name]) => !/^GET $|deliveries/.test(String(name)));
  expect(told.toSorted()).toEqual(own.toSorted());
});

test('every path names its parameters, and what is sent has a shape', () => {
  const { paths } = JSON.parse(JSON.stringify(supplierOpenApi())) as Document;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { parameters, requestBody }] of Object.entries(methods)) {
      const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect([path, ...named.filter((name) => !path.includes(name))]).toEqual([path]);
      expect(path.match(/\{/g)?.length).toBe(named.length);
      expect([path, requestBody !== undefined]).toEqual([path, method !== 'get']);
    }
  }
});
