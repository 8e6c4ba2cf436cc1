/** Longer side in pixels: a torn seam is seen, and an entry stays small. */
const longestPx = 1_024;
/** 60 KB as bytes; base64 takes four characters for three of them. */
const longestUrl = 80_000;

/**
 * A picture file as a small data: URL, WebP or where the browser makes none JPEG. Null: the file is no picture that this
 * browser reads.
 */
export async function damagePhoto(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  for (const [scale, quality] of [
    [1, 0.7],
    [1, 0.45],
    [0.7, 0.5],
    [0.5, 0.4],
    [0.3, 0.4],
  ] as const) {
    const url = await drawn(picture, longestPx * scale, quality);
    if (url !== null && url.length <= longestUrl) {
      picture.close();
      return url;
    }
  }
  picture.close();
  return null;
}

async function drawn(picture: ImageBitmap, longest: number, quality: number): Promise<string | null> {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.ceil(picture.width * scale), Math.ceil(picture.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  const blob = webp.type === 'image/webp' ? webp : await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
