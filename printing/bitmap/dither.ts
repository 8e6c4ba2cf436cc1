import { type Bitmap, blacken, blankBitmap } from './bitmap.ts';

/**
 * Shades of grey as dots (Floyd and Steinberg, 1976): what is lost at one dot goes to its neighbours that come later. Black
 * stays black and white white, so that line art is as sharp as it was. `rgba`: as a canvas gives it, on white.
 */
export function ditheredBitmap(rgba: ArrayLike<number>, width: number, height: number): Bitmap {
  const bitmap = blankBitmap(width, height);
  const light = Float32Array.from({ length: width * height }, (_, at) => lightOf(rgba, at * 4));
  const spread = (x: number, y: number, error: number) => {
    const at = y * width + x;
    if (x >= 0 && x < width && y < height) light[at] = (light[at] ?? 255) + error;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const wanted = light[y * width + x] ?? 255;
      const isBlack = wanted < 128;
      if (isBlack) blacken(bitmap, x, y, 1, 1);
      const error = wanted - (isBlack ? 0 : 255);
      spread(x + 1, y, (error * 7) / 16);
      spread(x - 1, y + 1, (error * 3) / 16);
      spread(x, y + 1, (error * 5) / 16);
      spread(x + 1, y + 1, error / 16);
    }
  }
  return bitmap;
}

/** 0 is black, 255 white (ITU-R BT.601); what cannot be seen is the paper. */
function lightOf(rgba: ArrayLike<number>, at: number): number {
  const [red = 255, green = 255, blue = 255, alpha = 255] = [rgba[at], rgba[at + 1], rgba[at + 2], rgba[at + 3]];
  const shown = alpha / 255;
  return (0.299 * red + 0.587 * green + 0.114 * blue) * shown + 255 * (1 - shown);
}
