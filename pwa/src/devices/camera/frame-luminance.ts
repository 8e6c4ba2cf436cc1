// @zxing/library's RGB source cannot rotate and its canvas source needs the DOM; a Worker needs one that does neither.
import LuminanceSource from '@zxing/library/esm/core/LuminanceSource.js';
import type { Frame } from './decoder.ts';

/** Brightness of each pixel, 0 to 255, the green channel counted twice. */
export function luminanceOf(frame: Frame): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(frame.width * frame.height);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 4) {
    grey[pixel] = ((frame.data[at] ?? 0) + 2 * (frame.data[at + 1] ?? 0) + (frame.data[at + 2] ?? 0)) >> 2;
  }
  return grey;
}

export class FrameLuminance extends LuminanceSource {
  readonly #grey: Uint8ClampedArray;

  constructor(grey: Uint8ClampedArray, width: number, height: number) {
    super(width, height);
    this.#grey = grey;
  }

  override getRow(y: number): Uint8ClampedArray {
    return this.#grey.subarray(y * this.getWidth(), (y + 1) * this.getWidth());
  }

  override getMatrix(): Uint8ClampedArray {
    return this.#grey;
  }

  override isRotateSupported(): boolean {
    return true;
  }

  override rotateCounterClockwise(): LuminanceSource {
    const width = this.getHeight();
    const height = this.getWidth();
    const turned = new Uint8ClampedArray(width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) turned[y * width + x] = this.#grey[x * height + (height - 1 - y)] ?? 255;
    }
    return new FrameLuminance(turned, width, height);
  }

  override invert(): LuminanceSource {
    return new FrameLuminance(
      this.#grey.map((value) => 255 - value),
      this.getWidth(),
      this.getHeight(),
    );
  }
}
