import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Tablet } from './tablet.ts';

/** No issue that axe calls serious or critical, of WCAG 2.2 A and AA. */
export async function expectAccessible(till: Tablet, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: till.page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const said = grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(said, `${screen}: issues`).toEqual([]);
}
