// A PDF of black and white pictures (ISO 32000-1: 7.5 file structure, 8.9.5 images). Nothing in it is text, so no font can
// be missing; it needs no library and is the same in the browser and on the server.
import { zlibSync } from 'fflate';
import { assert } from '#schemas/assert.ts';
import { type Bitmap, invertedRows } from '../bitmap/bitmap.ts';

/** Where a picture stands on its page, in millimetres from the upper left corner. */
export type PlacedPicture = { picture: Bitmap; leftMm: number; topMm: number; widthMm: number; heightMm: number };

export type PdfPage = readonly PlacedPicture[];

const POINTS_PER_MM = 72 / 25.4;

/** Pages of one size; there is one at least. */
export function picturePdf(pages: readonly PdfPage[], page: { widthMm: number; heightMm: number }): Uint8Array {
  assert(pages.length > 0, 'a document has a page');
  const file = new PdfFile();
  const pageIds: number[] = [];
  const tree = file.reserve();
  for (const placed of pages) {
    const images = placed.map(({ picture }) => file.addStream(imageDictionary(picture), invertedRows(picture)));
    const content = placed.map((place, index) => drawing(place, index, page.heightMm)).join('');
    const contents = file.addStream('', new TextEncoder().encode(content));
    const names = images.map((id, index) => `/I${index} ${id} 0 R`).join(' ');
    const box = `[0 0 ${points(page.widthMm)} ${points(page.heightMm)}]`;
    pageIds.push(
      file.add(
        `<</Type/Page/Parent ${tree} 0 R/MediaBox${box}/Resources<</XObject<<${names}>>>>/Contents ${contents} 0 R>>`,
      ),
    );
  }
  file.set(tree, `<</Type/Pages/Count ${pages.length}/Kids[${pageIds.map((id) => `${id} 0 R`).join(' ')}]>>`);
  // Viewers that know it print at the size of the labels, not shrunk to the printer's margins.
  const root = file.add(`<</Type/Catalog/Pages ${tree} 0 R/ViewerPreferences<</PrintScaling/None>>>>`);
  return file.bytes(root);
}

/** One bit a dot; in DeviceGray 0 is black. Not smoothed: a code is made of sharp dots. */
function imageDictionary({ width, height }: Bitmap): string {
  return `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceGray/BitsPerComponent 1/Interpolate false`;
}

function drawing(place: PlacedPicture, index: number, pageHeightMm: number): string {
  const bottomMm = pageHeightMm - place.topMm - place.heightMm;
  const matrix = `${points(place.widthMm)} 0 0 ${points(place.heightMm)} ${points(place.leftMm)} ${points(bottomMm)}`;
  return `q ${matrix} cm /I${index} Do Q\n`;
}

function points(mm: number): string {
  return (mm * POINTS_PER_MM).toFixed(3).replace(/\.?0+$/, '');
}

/** Objects in the order in which they are added, and the table of where each begins. */
class PdfFile {
  readonly #chunks: Uint8Array[] = [];
  readonly #offsets: number[] = [];
  #length = 0;

  constructor() {
    // Four bytes above 127 say that the file is binary (7.5.2).
    this.#write(Uint8Array.of(...new TextEncoder().encode('%PDF-1.4\n%'), 0xe2, 0xe3, 0xcf, 0xd3, 0x0a));
  }

  /** A number for an object that comes later. */
  reserve(): number {
    return this.#offsets.push(-1);
  }

  add(body: string): number {
    const id = this.reserve();
    this.set(id, body);
    return id;
  }

  set(id: number, body: string): void {
    this.#begin(id);
    this.#write(new TextEncoder().encode(`${body}\nendobj\n`));
  }

  addStream(dictionary: string, content: Uint8Array): number {
    const id = this.reserve();
    const data = zlibSync(content);
    this.#begin(id);
    const head = `<<${dictionary}/Filter/FlateDecode/Length ${data.length}>>\nstream\n`;
    for (const part of [new TextEncoder().encode(head), data, new TextEncoder().encode('\nendstream\nendobj\n')])
      this.#write(part);
    return id;
  }

  bytes(root: number): Uint8Array {
    const start = this.#length;
    const entries = this.#offsets.map((offset) => {
      assert(offset > 0, 'every object of the file was written');
      return `${String(offset).padStart(10, '0')} 00000 n \n`;
    });
    const size = this.#offsets.length + 1;
    const table = `xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}`;
    const end = `trailer\n<</Size ${size}/Root ${root} 0 R>>\nstartxref\n${start}\n%%EOF\n`;
    this.#write(new TextEncoder().encode(table + end));
    const file = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      file.set(chunk, at);
      at += chunk.length;
    }
    return file;
  }

  #begin(id: number): void {
    this.#offsets[id - 1] = this.#length;
    this.#write(new TextEncoder().encode(`${id} 0 obj\n`));
  }

  #write(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }
}
