/** How a picture file is made small. */
export type SmallPicture = {
  /** Longest `data:` URL, as the server takes it; base64 takes four characters for three bytes. */
  longestUrl: number;
  /** Longer side in pixels; a `square` is cut out of the middle. */
  longestPx: number;
  isSquare: boolean;
  /** Tried one after the other until it is short enough. `scale`: of `longestPx`. */
  tries: readonly { scale: number; quality: number }[];
};

/** Goes to every till, for a face on a button. */
export const personPicture: SmallPicture = {
  longestUrl: 12_000,
  longestPx: 128,
  isSquare: true,
  tries: [0.85, 0.7, 0.5, 0.3].map((quality) => ({ scale: 1, quality })),
};

/** Goes into an entry: a torn seam is seen, and the entry stays small. 60 KB as bytes. */
export const damagePicture: SmallPicture = {
  longestUrl: 80_000,
  longestPx: 1_024,
  isSquare: false,
  tries: [
    { scale: 1, quality: 0.7 },
    { scale: 1, quality: 0.45 },
    { scale: 0.7, quality: 0.5 },
    { scale: 0.5, quality: 0.4 },
    { scale: 0.3, quality: 0.4 },
  ],
};

/**
 * A picture file as a small `data:` URL, WebP or where the browser makes none JPEG. Null: the file is no picture that this
 * browser reads, or it cannot be made so small.
 */
export async function smallPicture(file: Blob, how: SmallPicture): Promise<string | null> {
  // Any failure to decode means the same to who chose the file.
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  try {
    for (const { scale, quality } of how.tries) {
      const url = await drawn(picture, how, scale, quality);
      if (url !== null && url.length <= how.longestUrl) return url;
    }
    return null;
  } finally {
    picture.close();
  }
}

async function drawn(
  picture: ImageBitmap,
  { longestPx, isSquare }: SmallPicture,
  scale: number,
  quality: number,
): Promise<string | null> {
  const cut = Math.min(picture.width, picture.height);
  const [width, height] = isSquare ? [cut, cut] : [picture.width, picture.height];
  const [left, top] = [(picture.width - width) / 2, (picture.height - height) / 2];
  // A face is drawn as large as every other; other pictures are not made larger than they are.
  const fit = (longestPx * scale) / Math.max(width, height);
  const factor = isSquare ? fit : Math.min(1, fit);
  const canvas = new OffscreenCanvas(Math.ceil(width * factor), Math.ceil(height * factor));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  // Without transparency: what is printed stands on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  const blob = webp.type === 'image/webp' ? webp : await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return dataUrl(blob);
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
