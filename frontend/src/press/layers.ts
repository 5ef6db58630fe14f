/** What the press office's map draws on the town: circles, areas, a painted surface, each its own layer to switch. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  Map as MapLibre,
} from "maplibre-gl";
import { bold } from "../map/style";
import { discImage, hatchImage } from "./patterns";

export type Layer = "places" | "kind" | "zones" | "surface" | "votes";
export const layers: readonly Layer[] = ["places", "kind", "zones", "surface", "votes"];

/** A picture laid on the map, its corners from the north-west clockwise. */
export interface Surface {
  url: string;
  corners: [[number, number], [number, number], [number, number], [number, number]];
}

const source = "press";
const painted = "press-painted";
const shownIn: Record<string, Layer[]> = {
  "press-zone-fill": ["zones"],
  "press-zone-few": ["zones"],
  "press-zone-line": ["zones"],
  [painted]: ["surface"],
  "press-place-few": ["places", "kind"],
  "press-place-casing": ["places", "kind"],
  "press-place": ["places", "kind"],
  "press-place-hole": ["places", "kind"],
  "press-place-band": ["kind"],
  "press-place-score": ["places"],
  "press-vote": ["votes"],
};
/** What a click can be about, the nearest to the eye first. */
export const pickable = ["press-vote", "press-place", "press-place-few", "press-zone-fill", "press-zone-few"];

const score = ["get", "score"] as ExpressionSpecification;
const isZone: ExpressionSpecification = ["==", ["get", "what"], "zone"];
const isPlace: ExpressionSpecification = ["==", ["get", "what"], "place"];
const isFew: ExpressionSpecification = ["==", ["get", "state"], "collecting"];
const isWide: ExpressionSpecification = ["==", ["get", "state"], "wide"];
const all = (...tests: ExpressionSpecification[]) => ["all", ...tests] as FilterSpecification;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function byScore(): ExpressionSpecification {
  const [lowest, ...rest] = [1, 2, 3, 4, 5].map((step) => colour(`score-${step}`));
  return ["step", score, lowest!, 5, rest[0]!, 6, rest[1]!, 7, rest[2]!, 8, rest[3]!];
}

function byDifference(): ExpressionSpecification {
  const [lowest, ...rest] = [1, 2, 3, 4, 5].map((step) => colour(`diff-${step}`));
  const stops = [-1, rest[0]!, -0.5, rest[1]!, 0.5, rest[2]!, 1, rest[3]!];
  return ["step", ["get", "residual"], lowest!, ...stops] as ExpressionSpecification;
}

function byZoom(scale: number, more = 0): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 10, 4 * scale + more, 13, 7 * scale + more, 16, 11 * scale + more];
}

/** Puts sources and layers on the map, all of them hidden. */
export function addLayers(map: MapLibre): void {
  addImages(map);
  map.addSource(source, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const under = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  for (const layer of areas()) map.addLayer(layer, under);
  for (const layer of points()) map.addLayer(layer);
}

function addImages(map: MapLibre): void {
  map.addImage("press-hatch", hatchImage(colour("map-label")), { pixelRatio: 2 });
  map.addImage("press-disc", discImage(colour("map-zone"), colour("map-halo")), { pixelRatio: 2 });
}

function areas(): LayerSpecification[] {
  return [
    {
      id: "press-zone-fill",
      source,
      type: "fill",
      filter: all(isZone, ["!", isFew]),
      paint: { "fill-color": byScore(), "fill-opacity": ["case", isWide, 0.45, 0.8] },
    },
    {
      id: "press-zone-few",
      source,
      type: "fill",
      filter: all(isZone, isFew),
      paint: { "fill-pattern": "press-hatch", "fill-opacity": 0.5 },
    },
    {
      id: "press-zone-line",
      source,
      type: "line",
      filter: all(isZone),
      paint: { "line-color": colour("map-label"), "line-width": 1 },
    },
  ];
}

function points(): LayerSpecification[] {
  const places = { source, filter: all(isPlace, ["!", isFew]) } as const;
  const text = { "text-font": bold, "text-allow-overlap": false } as const;
  return [
    {
      id: "press-place-few",
      source,
      type: "symbol",
      filter: all(isPlace, isFew),
      layout: { "icon-image": "press-disc", "icon-allow-overlap": true, "icon-size": byZoom(0.075) },
    },
    {
      ...places,
      id: "press-place-casing",
      type: "circle",
      paint: { "circle-radius": byZoom(1, 1.25), "circle-color": colour("map-label") },
    },
    {
      ...places,
      id: "press-place",
      type: "circle",
      paint: { "circle-radius": byZoom(1), "circle-color": byScore() },
    },
    {
      source,
      id: "press-place-hole",
      type: "circle",
      filter: all(isPlace, isWide),
      paint: { "circle-radius": byZoom(0.55), "circle-color": colour("map-halo") },
    },
    {
      source,
      id: "press-place-band",
      type: "symbol",
      filter: all(isPlace, ["in", ["get", "band"], ["literal", ["above", "below"]]]),
      layout: {
        ...text,
        "text-field": ["match", ["get", "band"], "above", "+", "−"],
        "text-size": 16,
        "text-offset": [0, -1],
        "text-allow-overlap": true,
      },
      paint: ink(),
    },
    {
      ...places,
      id: "press-place-score",
      type: "symbol",
      minzoom: 14,
      layout: {
        ...text,
        "text-field": ["number-format", score, { "min-fraction-digits": 1, "max-fraction-digits": 1, locale: document.documentElement.lang }],
        "text-size": 12,
        "text-offset": [0, 1.2],
      },
      paint: ink(),
    },
    {
      ...places,
      id: "press-vote",
      type: "circle",
      layout: { "circle-sort-key": ["-", 0, ["get", "votes"]] },
      paint: {
        "circle-radius": ["*", 1.5, ["sqrt", ["get", "votes"]]],
        "circle-color": colour("accent"),
        "circle-opacity": 0.35,
        "circle-stroke-color": colour("accent"),
        "circle-stroke-width": 1.5,
      },
    },
  ];
}

function ink() {
  return {
    "text-color": colour("map-label"),
    "text-halo-color": colour("map-halo"),
    "text-halo-width": 1.5,
  };
}

/** Draws one layer and hides the others; places keep their circles and change what colours them. */
export function show(map: MapLibre, chosen: Layer): void {
  for (const [id, where] of Object.entries(shownIn)) {
    if (!map.getLayer(id)) continue;
    map.setLayoutProperty(id, "visibility", where.includes(chosen) ? "visible" : "none");
  }
  map.setPaintProperty("press-place", "circle-color", chosen === "kind" ? byDifference() : byScore());
}

/** Takes the colours of the page again, after it became dark or light. */
export function recolour(map: MapLibre, chosen: Layer): void {
  for (const id of ["press-hatch", "press-disc"]) if (map.hasImage(id)) map.removeImage(id);
  addImages(map);
  for (const { id, paint } of [...areas(), ...points()]) {
    for (const [name, value] of Object.entries(paint ?? {})) {
      map.setPaintProperty(id, name as "circle-color", value as string);
    }
  }
  show(map, chosen);
}

/** Lays the painted surface under the labels, or takes it away. */
export function paint(map: MapLibre, surface: Surface | null): void {
  if (map.getLayer(painted)) map.removeLayer(painted);
  if (map.getSource(painted)) map.removeSource(painted);
  if (!surface) return;
  map.addSource(painted, { type: "image", url: surface.url, coordinates: surface.corners });
  map.addLayer(
    { id: painted, source: painted, type: "raster", paint: { "raster-opacity": 0.85, "raster-fade-duration": 0 } },
    "press-zone-line",
  );
}
