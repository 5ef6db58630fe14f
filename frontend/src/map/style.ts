/** The basemap's style, made only from the town's own tiles and the design tokens of the page. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";

export interface StyleOptions {
  /** Language of the labels. */
  language: string;
  /** Kind of zone to draw; "" draws every kind but street areas and the built-up tint. */
  kind: string;
  /** TileJSON of the layers this town has, by name of the layer. */
  described: Map<string, TileJson>;
}

export interface TileJson {
  tiles: string[];
  minzoom?: number;
  maxzoom?: number;
  vector_layers?: { id: string }[];
}

const regular = ["Noto Sans Variable"];
// The first family does not exist: MapLibre reads the weight from its name and draws with the second.
export const bold = ["Noto Sans Bold", "Noto Sans Variable"];

const between = (...stops: [number, number][]): ExpressionSpecification => [
  "interpolate",
  ["exponential", 1.5],
  ["zoom"],
  ...stops.flat(),
] as ExpressionSpecification;

export function buildStyle(options: StyleOptions): StyleSpecification {
  const tokens = getComputedStyle(document.documentElement);
  const colour = (name: string) => tokens.getPropertyValue(`--${name}`).trim();
  const layers: LayerSpecification[] = [
    { id: "outside", type: "background", paint: { "background-color": colour("map-outside") } },
    ...ground(colour),
    ...settlements(colour, options),
    ...zones(colour, options),
    ...labels(colour, options),
  ];
  return {
    version: 8,
    sources: Object.fromEntries(
      [...options.described].map(([name, { tiles, minzoom = 0, maxzoom = 16 }]) => [
        name,
        { type: "vector" as const, tiles, minzoom, maxzoom, promoteId: "id" },
      ]),
    ),
    layers: layers.filter((layer) => isServed(layer, options)),
  };
}

/** A town may have no streets yet, or no built-up areas: a layer without data is not drawn. */
function isServed(layer: LayerSpecification, { described }: StyleOptions): boolean {
  if (!("source" in layer)) return true;
  return serves(described, layer.source as string, layer["source-layer"] ?? "");
}

function serves(described: Map<string, TileJson>, source: string, layer: string): boolean {
  const listed = described.get(source)?.vector_layers;
  return listed ? listed.some(({ id }) => id === layer) : described.has(source) && source === layer;
}

type Colour = (name: string) => string;

/** True for features whose shape is invented; tiles carry it as a boolean or as 0 and 1. */
const invented: ExpressionSpecification = ["to-boolean", ["get", "is_synthetic"]];

function ground(colour: Colour): LayerSpecification[] {
  const streets = { source: "streets", "source-layer": "streets", type: "line" } as const;
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    {
      id: "land",
      type: "fill",
      source: "outline",
      "source-layer": "outline",
      paint: { "fill-color": colour("map-land") },
    },
    {
      id: "built",
      type: "fill",
      source: "outline",
      "source-layer": "built",
      paint: { "fill-color": colour("map-built") },
    },
    {
      id: "outline",
      type: "line",
      source: "outline",
      "source-layer": "outline",
      paint: { "line-color": colour("map-zone"), "line-width": 1.5, "line-opacity": 0.6 },
    },
    {
      ...streets,
      id: "street-casing",
      minzoom: 12,
      filter: ["!", invented] as FilterSpecification,
      layout: round,
      paint: {
        "line-color": colour("map-casing"),
        "line-width": between([12, 1.6], [15, 6], [18, 20]),
      },
    },
    {
      ...streets,
      id: "street",
      layout: round,
      paint: {
        "line-color": colour("map-street"),
        "line-width": between([11, 0.5], [12, 0.8], [15, 4.5], [18, 17]),
      },
    },
    {
      ...streets,
      id: "street-casing-invented",
      minzoom: 13,
      filter: invented as FilterSpecification,
      paint: {
        "line-color": colour("map-zone"),
        "line-width": 0.8,
        "line-gap-width": between([11, 0.5], [12, 0.8], [15, 4.5], [18, 17]),
        "line-dasharray": [4, 3],
      },
    },
    {
      ...streets,
      id: "street-selected",
      layout: round,
      paint: {
        "line-color": colour("accent"),
        "line-width": between([11, 3], [15, 6], [18, 12]),
        "line-opacity": ["case", ["boolean", ["feature-state", "selected"], false], 0.9, 0],
      },
    },
  ];
}

function ofKind(kind: string): FilterSpecification {
  if (kind) return ["==", ["get", "kind"], kind];
  return ["!", ["in", ["get", "kind"], ["literal", ["street", "built"]]]];
}

function zones(colour: Colour, { kind }: StyleOptions): LayerSpecification[] {
  const shared = { source: "zones", "source-layer": "zones" } as const;
  const state = (name: string, yes: number, no: number): ExpressionSpecification => [
    "case",
    ["boolean", ["feature-state", name], false],
    yes,
    no,
  ];
  const line = {
    ...shared,
    type: "line",
    layout: { "line-join": "round" },
  } as const;
  return [
    {
      ...shared,
      id: "zone-fill",
      type: "fill",
      filter: ofKind(kind),
      paint: {
        "fill-color": colour("accent"),
        "fill-opacity": [
          "case",
          ["boolean", ["feature-state", "hover"], false],
          0.12,
          ["boolean", ["feature-state", "selected"], false],
          0.1,
          0.03,
        ],
      },
    },
    {
      ...line,
      id: "zone-line",
      filter: ["all", ofKind(kind), ["!", invented]] as FilterSpecification,
      paint: { "line-color": colour("map-zone"), "line-width": 1 },
    },
    {
      ...line,
      id: "zone-line-invented",
      filter: ["all", ofKind(kind), invented] as FilterSpecification,
      paint: {
        "line-color": colour("map-zone"),
        "line-width": 0.9,
        "line-dasharray": [4, 3],
        // Neighbours draw a shared border twice: on one line, one's dashes would fill the other's gaps.
        "line-offset": 1,
      },
    },
    {
      ...line,
      id: "zone-selected",
      filter: ofKind(kind),
      paint: {
        "line-color": colour("accent"),
        "line-width": 3,
        "line-opacity": state("selected", 1, 0),
      },
    },
  ];
}

/** Where a map shows neighbourhoods, the villages around them stay as faint outlines to find oneself by. */
function settlements(colour: Colour, options: StyleOptions): LayerSpecification[] {
  if (!options.kind || options.kind === "settlement") return [];
  const filter = ofKind("settlement");
  return [
    {
      id: "settlement-line",
      type: "line",
      source: "zones",
      "source-layer": "zones",
      filter,
      paint: {
        "line-color": colour("map-zone"),
        "line-width": 0.8,
        "line-opacity": 0.5,
        "line-dasharray": [1, 3],
      },
    },
    {
      id: "settlement-name",
      type: "symbol",
      source: "zones",
      "source-layer": labelLayer(options),
      filter,
      layout: {
        "text-field": nameIn(options.language),
        "text-font": regular,
        "text-size": 12,
        "text-max-width": 7,
      },
      paint: labelInk(colour),
    },
  ];
}

function nameIn(language: string): ExpressionSpecification {
  return ["coalesce", ["get", `name_${language}`], ["get", "name"], ""];
}

function labelLayer({ described }: StyleOptions): string {
  return serves(described, "zones", "zone_labels") ? "zone_labels" : "zones";
}

function labelInk(colour: Colour) {
  return {
    "text-color": colour("map-label"),
    "text-halo-color": colour("map-halo"),
    "text-halo-width": 1.5,
  };
}

function labels(colour: Colour, options: StyleOptions): LayerSpecification[] {
  const name = nameIn(options.language);
  const ink = labelInk(colour);
  return [
    {
      id: "street-name",
      type: "symbol",
      source: "streets",
      "source-layer": "streets",
      minzoom: 14,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 350,
        "text-field": name,
        "text-font": regular,
        "text-size": between([14, 10], [18, 14]),
        "text-padding": 8,
      },
      paint: ink,
    },
    {
      id: "place-name",
      type: "symbol",
      source: "places",
      "source-layer": "places",
      minzoom: 15,
      layout: {
        "text-field": name,
        "text-font": regular,
        "text-size": 12,
        "text-max-width": 8,
        "text-padding": 12,
      },
      paint: ink,
    },
    {
      id: "zone-name",
      type: "symbol",
      source: "zones",
      "source-layer": labelLayer(options),
      filter: ofKind(options.kind),
      layout: {
        "text-field": name,
        "text-font": bold,
        "text-size": between([10, 11], [15, 15]),
        "text-max-width": 7,
        "text-padding": 6,
      },
      paint: { ...ink, "text-halo-width": 2 },
    },
  ];
}
