import { expect, test } from './journey.ts';

test('an address that is no page is said in the language of the screen, and leads back to the till', async ({
  tablet,
}) => {
  const till = await tablet({ locale: 'zh-CN' });
  await till.open('/no-such-page');
  await expect(till.byId('page-error')).toBeVisible();
  await expect(till.page.getByRole('heading', { level: 1 })).toHaveText('页面不存在');
  await till.byId('page-error').getByRole('link').click();
  await expect(till.byId('pair-code')).toBeVisible();
});
