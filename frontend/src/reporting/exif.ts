/** Reads where a photo was taken out of its own data, in the browser; the server removes it all. */
export interface Taken {
  longitude: number;
  latitude: number;
  /** Metres, where the camera says how sure it was. */
  accuracy: number | undefined;
}

const gpsPointer = 0x8825;
const tag = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4, error: 31 };
const mostBytes = 256 * 1024;
const sizes: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

/** The place in a JPEG, undefined where it says none. Whatever the bytes are, this never throws. */
export async function takenAt(file: Blob): Promise<Taken | undefined> {
  try {
    return placeIn(new DataView(await file.slice(0, mostBytes).arrayBuffer()));
  } catch {
    return undefined;
  }
}

export function placeIn(view: DataView): Taken | undefined {
  const start = exifStart(view);
  if (start === undefined) return undefined;
  const little = view.getUint16(start) === 0x4949;
  const tiff = new Tiff(view, start, little);
  const pointer = tiff.directory(tiff.long(4)).get(gpsPointer)?.[0];
  if (pointer === undefined) return undefined;
  const gps = tiff.directory(pointer);
  const latitude = degrees(gps.get(tag.latitude), gps.get(tag.latitudeRef), "S");
  const longitude = degrees(gps.get(tag.longitude), gps.get(tag.longitudeRef), "W");
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) return undefined;
  const error = gps.get(tag.error)?.[0];
  return { longitude, latitude, accuracy: error && Number.isFinite(error) ? error : undefined };
}

/** Where the TIFF header of the EXIF part begins. */
function exifStart(view: DataView): number | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

class Tiff {
  constructor(
    private readonly view: DataView,
    private readonly start: number,
    private readonly little: boolean,
  ) {}

  long(offset: number): number {
    return this.view.getUint32(this.start + offset, this.little);
  }

  private short(offset: number): number {
    return this.view.getUint16(this.start + offset, this.little);
  }

  /** The values of each entry; letters come as their codes, fractions as numbers. */
  directory(offset: number): Map<number, number[]> {
    const entries = new Map<number, number[]>();
    const count = Math.min(this.short(offset), 200);
    for (let index = 0; index < count; index += 1) {
      const entry = offset + 2 + index * 12;
      const kind = this.short(entry + 2);
      const number = Math.min(this.long(entry + 4), 16);
      const size = (sizes[kind] ?? 1) * number;
      const at = size > 4 ? this.long(entry + 8) : entry + 8;
      entries.set(this.short(entry), this.values(kind, at, number));
    }
    return entries;
  }

  private values(kind: number, at: number, number: number): number[] {
    return Array.from({ length: number }, (_, index) => {
      if (kind === 5 || kind === 10) return this.long(at + index * 8) / this.long(at + index * 8 + 4);
      if (kind === 4 || kind === 9) return this.long(at + index * 4);
      if (kind === 3) return this.short(at + index * 2);
      return this.view.getUint8(this.start + at + index);
    });
  }
}

function degrees(parts: number[] | undefined, ref: number[] | undefined, negative: string): number | undefined {
  if (!parts || parts.length < 3) return undefined;
  const value = parts[0]! + parts[1]! / 60 + parts[2]! / 3600;
  if (!Number.isFinite(value)) return undefined;
  return ref?.[0] === negative.charCodeAt(0) ? -value : value;
}
