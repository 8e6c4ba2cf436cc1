// A camera for Chromium that looks at one EAN-13 label: a Y4M video for
// `--use-fake-device-for-media-stream --use-file-for-fake-video-capture=<path>`. Chromium plays it over and over.
import { open } from 'node:fs/promises';
import { drawLabel, GOOD_LIGHT } from '#pwa/devices/camera/fixtures/label-pictures.ts';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_PER_SECOND = 10;
/** The label moves a little, as in a hand. */
const DEGREES_BY_FRAME = [0, 0.5, 1, 1.5, 2, 1.5, 1, 0.5, 0, -0.5, -1, -0.5];

/** Writes the video to `path` (5 MB). `gtin` is the thirteen digits under the symbol, check digit included. */
export async function makeFakeCameraVideo(path: string, gtin: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`);
    for (const [seed, degrees] of DEGREES_BY_FRAME.entries()) {
      await file.write('FRAME\n');
      await file.write(yuv420(gtin, degrees, seed));
    }
  } finally {
    await file.close();
  }
}

/** One grey frame: brightness for each pixel, then a quarter as many of each colour difference, none of them coloured. */
function yuv420(gtin: string, degrees: number, seed: number): Uint8Array {
  const conditions = { ...GOOD_LIGHT, width: WIDTH, height: HEIGHT, moduleWidth: 3, noise: 0.03, degrees, seed };
  const { data } = drawLabel({ encoder: 'ean13', content: gtin }, conditions);
  const frame = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel += 1) frame[pixel] = data[pixel * 4] ?? 0;
  return frame;
}
