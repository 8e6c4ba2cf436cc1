const side = 128;
/** As the server takes it (photoSchema). */
const longestUrl = 12_000;

/**
 * A picture file as a square data: URL of 128 pixels, WebP or where the browser makes none JPEG, small enough to go to
 * every till. Null: the file is no picture that this browser reads.
 */
export async function smallPhoto(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (context === null) return null;
  const cut = Math.min(picture.width, picture.height);
  // Without transparency: a badge is printed on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, (picture.width - cut) / 2, (picture.height - cut) / 2, cut, cut, 0, 0, side, side);
  picture.close();
  for (const quality of [0.85, 0.7, 0.5, 0.3]) {
    const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
    const blob = webp.type === 'image/webp' ? webp : await canvas.convertToBlob({ type: 'image/jpeg', quality });
    const url = await dataUrl(blob);
    if (url.length <= longestUrl) return url;
  }
  return null;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
