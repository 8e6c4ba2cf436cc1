import type { Bitmap } from '#printing/bitmap/bitmap.ts';
import { ditheredBitmap } from '#printing/bitmap/dither.ts';
import { logoRooms, type ReceiptLogo } from '#schemas/receipt/receipt-logo.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { pictureSize } from './picture-size.ts';

const mostBytes = 4_000_000;
const mostPixels = 16_000_000;

export type LogoFailure = { code: 'logo-no-picture' | 'logo-too-large' };

/** A picture file as a logo for both widths of paper. Only its dots leave this device: nothing else ever unpacks the file. */
export async function logoOf(file: Blob): Promise<Result<ReceiptLogo, LogoFailure>> {
  if (file.size > mostBytes) return fail({ code: 'logo-too-large' });
  const size = pictureSize(new Uint8Array(await file.arrayBuffer()));
  if (size === null) return fail({ code: 'logo-no-picture' });
  if (size.width * size.height > mostPixels) return fail({ code: 'logo-too-large' });
  // Any failure to decode means the same to who chose the file.
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return fail({ code: 'logo-no-picture' });
  try {
    return ok({ 58: drawn(picture, logoRooms[58]), 80: drawn(picture, logoRooms[80]) });
  } finally {
    picture.close();
  }
}

/** As large as there is room for, but never larger than it is. */
function drawn(picture: ImageBitmap, room: { width: number; height: number }): ReceiptLogo[58] {
  const scale = Math.min(1, room.width / picture.width, room.height / picture.height);
  const width = Math.max(1, Math.floor(picture.width * scale));
  const height = Math.max(1, Math.floor(picture.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser draws nothing');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return textOf(ditheredBitmap(context.getImageData(0, 0, width, height).data, width, height));
}

function textOf({ width, height, rows }: Bitmap): ReceiptLogo[58] {
  return { width, height, rows: btoa(Array.from(rows, (byte) => String.fromCharCode(byte)).join('')) };
}
