import { defineConfig } from 'drizzle-kit';

/** For `npm run generate -- --config sync-server/db/drizzle.config.ts`, run at the top of the repository. */
export default defineConfig({
  dialect: 'postgresql',
  schema: [
    'merchant',
    'journal',
    'goods',
    'people',
    'accounts',
    'suppliers',
    'orders',
    'statements',
    'fair-play',
    'shifts',
    'prices',
    'counts',
    'members',
    'points',
    'coupons',
    'customer-accounts',
    'reports',
    'webhooks',
  ].map((name) => `./sync-server/db/tables-${name}.ts`),
  out: './sync-server/db/migrations',
});
