import { expect, test } from '@playwright/test';
import { pngOf } from '#printing/bitmap/png.ts';
import { drawLabel } from '#printing/label/draw.ts';
import { labelPageStyle } from '#printing/label/print-page.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { defaultLabelFormat, type Label, labelDpis, labelSizes } from '#schemas/label/label.ts';

const label: Label = {
  gtin14: '09506000134352',
  serial: '7K2M9QWX4T0B',
  skuId: 'tea-250',
  name: '明前特级西湖龙井茶（礼盒装）',
  variant: '250克',
  priceText: '¥1,288.00',
  batch: 'L-2207',
  expiresOn: '2026-12-31',
  digitalLink: 'https://shop.example.com/01/09506000134352/21/7K2M9QWX4T0B',
};

const sizes = [...labelSizes, { widthMm: 57.5, heightMm: 32.3 }];

for (const { widthMm, heightMm } of sizes) {
  test(`labels of ${widthMm} × ${heightMm} mm print one a page, and the page is the label`, async ({ page }) => {
    for (const dpi of labelDpis) {
      const format = { ...defaultLabelFormat, widthMm, heightMm, dpi };
      const drawn = drawLabel(label, format, resvgText());
      if (!drawn.ok) throw new Error(drawn.error.code);
      const source = `data:image/png;base64,${Buffer.from(pngOf(drawn.value)).toString('base64')}`;
      const labels = `<div><img alt="" src="${source}"></div>`.repeat(5);
      // A page of the app around them: it is not printed.
      await page.setContent(
        `<!doctype html><style>${labelPageStyle(format, '.labels', drawn.value)}</style>
         <main style="height:3000px">the till</main><div class="labels">${labels}</div>`,
      );
      await expect(page.locator('.labels')).toBeHidden();
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
      expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(5);
      const [, width, height] = /MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? [];
      expect(Math.abs((Number(width) * 25.4) / 72 - widthMm)).toBeLessThan(0.3);
      expect(Math.abs((Number(height) * 25.4) / 72 - heightMm)).toBeLessThan(0.3);
    }
  });
}
