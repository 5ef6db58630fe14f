/** Puts what a day without a network needs onto the phone: the program, the pages, the ground around the stops. */
import type { PhoneData, Place } from "./types";

const zooms = [12, 13, 14, 15, 16];
/** A few megabytes at most, however far the stops lie apart. */
const mostTiles = 600;
const atOnce = 6;

interface Described {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
}

/** Waits for the worker that answers without a network, and has it keep the crew's program and the map's. */
export async function keepProgram(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { active } = await navigator.serviceWorker.ready;
  await new Promise<void>((resolve) => {
    const answer = new MessageChannel();
    answer.port1.onmessage = () => resolve();
    active?.postMessage({ kind: "program" }, [answer.port2]);
  });
}

/** Fetches the pages the reader may open later today and puts them where the worker looks. */
export async function keepPages(town: string, urls: string[]): Promise<void> {
  if (!("caches" in window)) return;
  const shelf = await caches.open(`megdan-crew-pages-${town}`);
  for (const url of urls) {
    const answer = await fetch(url, { redirect: "manual" });
    if (answer.ok) await shelf.put(url, answer);
  }
}

/** Keeps the map tiles around all stops that are still to do. */
export async function keepTiles(town: string, tiles: string, data: PhoneData): Promise<void> {
  if (!("caches" in window)) return;
  const places = placesToDo(data);
  const shelf = await caches.open(`megdan-tiles-${town}`);
  const wanted = new Set<string>();
  for (const layer of ["outline", "streets", "zones", "places"]) {
    const address = `${tiles}${layer}.json`;
    const answer = await fetch(address);
    await shelf.put(address, answer.clone());
    if (answer.ok) addTiles(wanted, (await answer.json()) as Described, places);
  }
  await forgetOldTiles(shelf, wanted);
  const waiting = [...wanted].slice(0, mostTiles);
  const fetchNext = async (): Promise<void> => {
    for (let url = waiting.pop(); url; url = waiting.pop()) {
      if (await shelf.match(url)) continue;
      const answer = await fetch(url);
      if (answer.ok) await shelf.put(url, answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fetchNext));
}

/** Tiles of a version that is no longer described are never asked for again. */
async function forgetOldTiles(shelf: Cache, wanted: Set<string>): Promise<void> {
  const versions = new Set([...wanted].map((url) => new URL(url).search));
  for (const { url } of await shelf.keys()) {
    if (url.includes(".mvt") && !versions.has(new URL(url).search)) await shelf.delete(url);
  }
}

function placesToDo(data: PhoneData): Place[] {
  const toDo = new Set(
    data.rounds.flatMap(({ stops }) => stops.filter(({ done }) => !done).map(({ sign }) => sign)),
  );
  return data.signs.filter(({ id, place }) => place && toDo.has(id)).map(({ place }) => place!);
}

/** The tile of each place with its eight neighbours, at each zoom the layer has. */
function addTiles(wanted: Set<string>, { tiles, minzoom, maxzoom }: Described, places: Place[]): void {
  for (const zoom of zooms) {
    if (zoom < (minzoom ?? 0) || zoom > (maxzoom ?? 22)) continue;
    for (const [longitude, latitude] of places) {
      const [x, y] = tileOf(longitude, latitude, zoom);
      for (const across of [-1, 0, 1]) {
        for (const down of [-1, 0, 1]) {
          const url = tiles[0]!
            .replace("{z}", String(zoom))
            .replace("{x}", String(x + across))
            .replace("{y}", String(y + down));
          wanted.add(new URL(url, location.href).href);
        }
      }
    }
  }
}

function tileOf(longitude: number, latitude: number, zoom: number): [number, number] {
  const count = 2 ** zoom;
  const across = (longitude + 180) / 360;
  const down = (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;
  return [Math.floor(across * count), Math.floor(down * count)];
}
