import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Tablet } from './tablet.ts';

/** No issue that axe calls serious or critical, of WCAG 2.2 A and AA. */
export async function expectAccessible(till: Tablet, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: till.page })
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    // In the page itself, which has no frames: otherwise each look opens a page of its own, and takes twice as long.
    .setLegacyMode()
    .analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const said = grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(said, `${screen}: issues`).toEqual([]);
}
