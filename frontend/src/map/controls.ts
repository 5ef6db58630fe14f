/** Wires the buttons that the page's own HTML gives the map: zoom, whole view, where am I. */
import type { Map as MapLibre } from "maplibre-gl";
import { pickEvent, type Pick } from "../events";

export function wireControls(
  element: HTMLElement,
  map: MapLibre,
  say: (text: string) => void,
): void {
  const on = (name: string, act: () => void) =>
    element.querySelector(`[data-map-${name}]`)?.addEventListener("click", act);
  on("zoom-in", () => map.zoomIn({ duration: 120 }));
  on("zoom-out", () => map.zoomOut({ duration: 120 }));
  on("locate", () => locate(element, map, say));
}

function locate(element: HTMLElement, map: MapLibre, say: (text: string) => void): void {
  if (!("geolocation" in navigator)) {
    say(element.dataset["msgNoPosition"] ?? "");
    return;
  }
  say(element.dataset["msgLocating"] ?? "");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      say("");
      const { longitude, latitude } = coords;
      if (!inside(element, longitude, latitude)) {
        say(element.dataset["msgOutside"] ?? "");
        return;
      }
      map.jumpTo({ center: [longitude, latitude], zoom: 16 });
      const detail: Pick = { longitude, latitude };
      element.dispatchEvent(new CustomEvent(pickEvent, { detail, bubbles: true }));
    },
    () => say(element.dataset["msgNoPosition"] ?? ""),
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
  );
}

/** Whether a position lies in the town's bounding box; outside it there is nothing to show. */
function inside(element: HTMLElement, longitude: number, latitude: number): boolean {
  const limits = element.dataset["limits"] ?? element.dataset["bounds"]!;
  const [west, south, east, north] = limits.split(",").map(Number);
  return longitude >= west! && longitude <= east! && latitude >= south! && latitude <= north!;
}
