/** Where the phone is. The position stays here; only an entry that hangs a sign carries it, and the server keeps a distance. */
import type { Place } from "./types";

const earthM = 6_371_008.8;
const freshMs = 60_000;

export class Position {
  private latest: { place: Place; at: number } | undefined;
  private isWatching = false;

  constructor(private readonly moved: () => void) {}

  /** Where the phone was within the last minute, if it says so at all. */
  get place(): Place | undefined {
    return this.latest && Date.now() - this.latest.at < freshMs ? this.latest.place : undefined;
  }

  watch(): void {
    if (this.isWatching || !("geolocation" in navigator)) return;
    this.isWatching = true;
    navigator.geolocation.watchPosition(
      ({ coords }) => {
        this.latest = { place: [coords.longitude, coords.latitude], at: Date.now() };
        this.moved();
      },
      () => (this.isWatching = false),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    );
  }

  /** The position now; waits a little for a phone that is still looking. */
  async now(): Promise<Place | undefined> {
    if (this.place || !("geolocation" in navigator)) return this.place;
    return new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve([coords.longitude, coords.latitude]),
        () => resolve(undefined),
        { enableHighAccuracy: true, timeout: 4000, maximumAge: freshMs },
      );
    });
  }
}

/** Metres between two places on a sphere: right to half a per cent, which is enough for "120 m". */
export function metresBetween([west, south]: Place, [east, north]: Place): number {
  const rad = Math.PI / 180;
  const lift = Math.sin(((north - south) * rad) / 2) ** 2;
  const turn = Math.sin(((east - west) * rad) / 2) ** 2;
  const share = lift + Math.cos(south * rad) * Math.cos(north * rad) * turn;
  return 2 * earthM * Math.asin(Math.sqrt(share));
}
