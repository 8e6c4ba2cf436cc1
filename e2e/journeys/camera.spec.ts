import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFakeCameraVideo } from './fake-camera.ts';
import { expect, test } from './journey.ts';

test('the camera reads a label and the article is in the basket, offline too', async ({ tablet, manager, demo }) => {
  const folder = mkdtempSync(join(tmpdir(), 'onecode-camera-'));
  const video = join(folder, 'label.y4m');
  await makeFakeCameraVideo(video, demo.lemonade.gtin13);
  const till = await tablet({
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${video}`,
    ],
  });
  await till.pairAndSignIn(manager, demo.clerk);
  await till.goOffline();
  await till.byId('camera-button').click();
  await expect(till.line(demo.lemonade.skuId)).toHaveCount(1);
  await till.page.keyboard.press('Escape');
  await till.payExactly();
  rmSync(folder, { recursive: true });
});
