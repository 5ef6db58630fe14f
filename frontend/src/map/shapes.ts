/** Areas and lines that a page names, drawn over the ground; the page says the same in words. */
import type { Map as MapLibre } from "maplibre-gl";
import type { FeatureCollection } from "geojson";

const source = "page-shapes";

/** Draws what the page's own list `map-shapes` names, if there is one. */
export function showShapes(map: MapLibre): void {
  const list = document.getElementById("map-shapes");
  if (!list) return;
  const data = JSON.parse(list.textContent ?? "null") as FeatureCollection | null;
  if (!data?.features.length) return;
  map.once("load", () => {
    const tokens = getComputedStyle(document.documentElement);
    const accent = tokens.getPropertyValue("--accent").trim();
    const bad = tokens.getPropertyValue("--bad").trim();
    const isArea = ["==", ["get", "role"], "area"] as const;
    map.addSource(source, { type: "geojson", data });
    map.addLayer({
      id: "page-area",
      type: "fill",
      source,
      filter: ["all", isArea, ["==", ["geometry-type"], "Polygon"]] as never,
      paint: { "fill-color": accent, "fill-opacity": ["coalesce", ["get", "opacity"], 0.14] },
    });
    map.addLayer({
      id: "page-area-border",
      type: "line",
      source,
      filter: isArea as never,
      paint: { "line-color": accent, "line-width": ["coalesce", ["get", "width"], 3] },
    });
    map.addLayer({
      id: "page-thing",
      type: "line",
      source,
      filter: ["all", ["!", isArea], ["!=", ["geometry-type"], "Point"]] as never,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": bad, "line-width": 5, "line-dasharray": [1.5, 1.2] },
    });
    map.addLayer({
      id: "page-point",
      type: "circle",
      source,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-color": bad,
        "circle-radius": 9,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    });
  });
}
