/** Where a page finds the map that it draws more on. */
import type { Map as MapLibre } from "maplibre-gl";
import { mapReadyEvent } from "../events";

export interface MapHost extends HTMLElement {
  megdanMap?: MapLibre;
}

/** Resolves with the map of an element as soon as it can be drawn on; never where there is none. */
export function mapOf(element: MapHost): Promise<MapLibre> {
  return new Promise((resolve) => {
    if (element.megdanMap) resolve(element.megdanMap);
    else element.addEventListener(mapReadyEvent, () => resolve(element.megdanMap!), { once: true });
  });
}
