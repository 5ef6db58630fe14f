/** Colours the zones of a vote by their class; legend and table beside the map say the same in words. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { mapOf, type MapHost } from "../map/host";
import { bold } from "../map/style";
import { hatchImage } from "../press/patterns";
import { themeChanged } from "../theme-switch";

const source = "consult-zones";
const hatch = "consult-hatch";
const isTold: ExpressionSpecification = [">", ["get", "step"], 0];

for (const piece of document.querySelectorAll<HTMLElement>("[data-zone-map]")) void draw(piece);

async function draw(piece: HTMLElement): Promise<void> {
  const host = piece.querySelector<MapHost>("megdan-map");
  if (!host) return;
  const map = await mapOf(host);
  const address = piece.dataset["url"]!;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: status ${answer.status}`);
  map.addSource(source, { type: "geojson", data: (await answer.json()) as FeatureCollection });
  map.addImage(hatch, hatchImage(colour("map-label")), { pixelRatio: 2 });
  const under = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  for (const layer of layers()) map.addLayer(layer, layer.type === "symbol" ? undefined : under);
  document.addEventListener(themeChanged, () => map.once("idle", () => recolour(map)));
}

const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function layers(): LayerSpecification[] {
  const [lowest, ...rest] = [1, 2, 3, 4, 5].map((step) => colour(`score-${step}`));
  const stops = [2, rest[0]!, 3, rest[1]!, 4, rest[2]!, 5, rest[3]!];
  return [
    {
      id: "consult-zone-fill",
      type: "fill",
      source,
      filter: isTold,
      paint: {
        "fill-color": ["step", ["get", "step"], lowest!, ...stops] as ExpressionSpecification,
        "fill-opacity": 0.8,
      },
    },
    {
      id: "consult-zone-few",
      type: "fill",
      source,
      filter: ["!", isTold],
      paint: { "fill-pattern": hatch, "fill-opacity": 0.5 },
    },
    {
      id: "consult-zone-line",
      type: "line",
      source,
      paint: { "line-color": colour("map-label"), "line-width": 1 },
    },
    {
      id: "consult-zone-label",
      type: "symbol",
      source,
      layout: {
        "text-field": ["get", "label"],
        "text-font": bold,
        "text-size": 13,
        "text-offset": [0, 1.6],
      },
      paint: {
        "text-color": colour("map-label"),
        "text-halo-color": colour("map-halo"),
        "text-halo-width": 2,
      },
    },
  ];
}

function recolour(map: MapLibre): void {
  if (map.hasImage(hatch)) map.removeImage(hatch);
  map.addImage(hatch, hatchImage(colour("map-label")), { pixelRatio: 2 });
  for (const { id, paint } of layers()) {
    for (const [name, value] of Object.entries(paint ?? {})) {
      map.setPaintProperty(id, name as "fill-color", value as string);
    }
  }
}
