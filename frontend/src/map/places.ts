/** Numbered points of a list on the map; the list beside it says the same in words. */
import { Marker, type Map as MapLibre } from "maplibre-gl";

interface ListedPlace {
  number: number | string;
  place: [longitude: number, latitude: number];
  done?: boolean;
}

/** Draws what the page's own list `map-places` names, if there is one. */
export function showPlaces(map: MapLibre): void {
  const list = document.getElementById("map-places");
  if (!list) return;
  for (const { number, place, done } of JSON.parse(list.textContent ?? "[]") as ListedPlace[]) {
    const mark = document.createElement("span");
    mark.className = done ? "map-place is-done" : "map-place";
    mark.textContent = String(number);
    new Marker({ element: mark }).setLngLat(place).addTo(map);
    mark.removeAttribute("tabindex");
    mark.removeAttribute("aria-label");
    mark.removeAttribute("role");
    mark.setAttribute("aria-hidden", "true");
  }
}
