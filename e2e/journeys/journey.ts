import { test as base, expect } from '@playwright/test';
import { type Demo, demoGoods } from './demo-goods.ts';
import { Manager } from './manager.ts';
import { ServerProcess } from './server-process.ts';
import { Tablet, type TabletOptions } from './tablet.ts';

type TestFixtures = {
  /** Makes tablets that are switched off when the test ends. */
  tablet: (options?: Omit<TabletOptions, 'baseUrl'>) => Promise<Tablet>;
  manager: Manager;
};
type WorkerFixtures = {
  /** The real server with the demo chain; each test pairs tills of its own. A test that kills it starts it again. */
  server: ServerProcess;
  demo: Demo;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are asked for from the pattern
    async ({}, use) => {
      const server = await ServerProcess.start();
      await use(server);
      await server.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  demo: [async ({}, use) => use(demoGoods()), { scope: 'worker' }],
  manager: async ({ server, demo }, use) => {
    await use(await Manager.signIn(server.baseUrl, demo.manager));
  },
  tablet: async ({ server }, use) => {
    const tablets: Tablet[] = [];
    await use(async (options = {}) => {
      const tablet = await Tablet.switchOn({ ...options, baseUrl: server.baseUrl });
      tablets.push(tablet);
      return tablet;
    });
    for (const tablet of tablets) await tablet.close();
  },
});
export { expect };
