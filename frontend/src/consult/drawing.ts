/** Draws the layers of a project on the page's map; legend and list beside it say the same in words. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, FilterSpecification, Map as MapLibre } from "maplibre-gl";
import { mapOf, type MapHost } from "../map/host";
import { bold } from "../map/style";
import { themeChanged } from "../theme-switch";
import { lineStyles } from "./styles";

const source = "project";
const shown = new Set<string>();

for (const piece of document.querySelectorAll<HTMLElement>("[data-drawing]")) void draw(piece);

async function draw(piece: HTMLElement): Promise<void> {
  const host = piece.querySelector<MapHost>("megdan-map");
  if (!host) return;
  const map = await mapOf(host);
  const answer = await fetch(piece.dataset["url"]!);
  if (!answer.ok) throw new Error(`${piece.dataset["url"]}: status ${answer.status}`);
  const data = (await answer.json()) as FeatureCollection;
  map.addSource(source, { type: "geojson", data });
  addLayers(map);
  document.addEventListener(themeChanged, () => map.once("idle", () => recolour(map)));
  wireLegend(piece, map);
  wireParts(piece, map);
}

const colourOf = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function addLayers(map: MapLibre): void {
  const line = { source, layout: { "line-join": "round" } } as const;
  map.addLayer({
    ...line,
    id: "project-target",
    type: "line",
    filter: ["==", ["get", "layer_kind"], "target"],
    paint: { "line-color": colourOf("--accent"), "line-width": 2, "line-dasharray": [1, 2] },
  });
  lineStyles.forEach(({ colour, width, dash }, number) => {
    const own: ExpressionSpecification = ["==", ["get", "style"], number];
    map.addLayer({
      id: `project-fill-${number}`,
      type: "fill",
      source,
      filter: ["all", own, ["==", ["geometry-type"], "Polygon"]],
      paint: { "fill-color": colourOf(colour), "fill-opacity": 0.15 },
    });
    map.addLayer({
      ...line,
      id: `project-casing-${number}`,
      type: "line",
      filter: own,
      paint: { "line-color": colourOf("--map-halo"), "line-width": width + 3 },
    });
    map.addLayer({
      ...line,
      id: `project-line-${number}`,
      type: "line",
      filter: own,
      paint: {
        "line-color": colourOf(colour),
        "line-width": width,
        ...(dash && { "line-dasharray": dash }),
      },
    });
    map.addLayer({
      id: `project-stop-${number}`,
      type: "circle",
      source,
      filter: ["all", own, ["==", ["geometry-type"], "Point"]],
      paint: {
        "circle-color": colourOf("--map-halo"),
        "circle-radius": 7,
        "circle-stroke-color": colourOf(colour),
        "circle-stroke-width": 4,
      },
    });
  });
  addLabels(map);
}

function addLabels(map: MapLibre): void {
  const paint = {
    "text-color": colourOf("--map-label"),
    "text-halo-color": colourOf("--map-halo"),
    "text-halo-width": 2,
  };
  map.addLayer({
    id: "project-letter",
    type: "symbol",
    source,
    filter: ["all", ["has", "letter"], ["!=", ["geometry-type"], "Point"]],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 220,
      "text-field": ["get", "letter"],
      "text-font": bold,
      "text-size": 16,
      "text-rotation-alignment": "viewport",
    },
    paint,
  });
  map.addLayer({
    id: "project-name",
    type: "symbol",
    source,
    minzoom: 14,
    filter: ["==", ["geometry-type"], "Point"],
    layout: {
      "text-field": ["concat", ["get", "letter"], " ", ["get", "name"]],
      "text-font": bold,
      "text-size": 13,
      "text-offset": [0, 1.4],
      "text-anchor": "top",
    },
    paint,
  });
}

function recolour(map: MapLibre): void {
  const halo = colourOf("--map-halo");
  map.setPaintProperty("project-target", "line-color", colourOf("--accent"));
  lineStyles.forEach(({ colour }, number) => {
    map.setPaintProperty(`project-fill-${number}`, "fill-color", colourOf(colour));
    map.setPaintProperty(`project-casing-${number}`, "line-color", halo);
    map.setPaintProperty(`project-line-${number}`, "line-color", colourOf(colour));
    map.setPaintProperty(`project-stop-${number}`, "circle-color", halo);
    map.setPaintProperty(`project-stop-${number}`, "circle-stroke-color", colourOf(colour));
  });
  for (const id of ["project-letter", "project-name"]) {
    map.setPaintProperty(id, "text-color", colourOf("--map-label"));
    map.setPaintProperty(id, "text-halo-color", halo);
  }
}

/** The boxes of the legend take layers off the map and put them back. */
function wireLegend(piece: HTMLElement, map: MapLibre): void {
  const boxes = [...piece.querySelectorAll<HTMLInputElement>("[data-drawing-layer]")];
  const filters = new Map(
    map
      .getStyle()
      .layers.filter(({ id }) => id.startsWith("project-") && id !== "project-target")
      .map(({ id }) => [id, map.getFilter(id) as FilterSpecification]),
  );
  for (const box of boxes) {
    box.hidden = false;
    shown.add(box.dataset["drawingLayer"]!);
    box.addEventListener("change", () => {
      shown[box.checked ? "add" : "delete"](box.dataset["drawingLayer"]!);
      const kept = ["in", ["get", "layer"], ["literal", [...shown]]];
      for (const [id, filter] of filters) map.setFilter(id, ["all", filter, kept] as never);
    });
  }
}

/** A part that is picked on the map is found in the list, and one of the list is shown on the map. */
function wireParts(piece: HTMLElement, map: MapLibre): void {
  const layers = lineStyles.flatMap((_, number) =>
    ["stop", "line", "fill"].map((kind) => `project-${kind}-${number}`),
  );
  map.on("click", ({ point }) => {
    const box: [[number, number], [number, number]] = [
      [point.x - 6, point.y - 6],
      [point.x + 6, point.y + 6],
    ];
    const [found] = map.queryRenderedFeatures(box, { layers });
    const place = found && `part-${found.properties["id"]}`;
    if (place && document.getElementById(place)) location.hash = place;
  });
  for (const part of piece.querySelectorAll<HTMLElement>("[data-drawing-part]")) {
    const button = part.querySelector<HTMLElement>("[data-drawing-show]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const [west, south, east, north] = part.dataset["drawingPart"]!.split(",").map(Number);
      map.fitBounds([west!, south!, east!, north!], { padding: 60, maxZoom: 16, duration: 150 });
      map.getContainer().scrollIntoView({ block: "nearest" });
    });
  }
}
