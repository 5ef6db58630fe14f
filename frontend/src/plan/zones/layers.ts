/** Zones of a draft on the map: colours that differ from the neighbours', borders, names, and the place of a fault. */
import type { FeatureCollection, Position } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre, Point } from "maplibre-gl";
import { bold } from "../../map/style";
import { themeChanged } from "../../theme-switch";

const source = "draft-zones";
const fill = "draft-zone-fill";
const fault = "draft-fault";

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function byColour(): ExpressionSpecification {
  const stops = [1, 2, 3, 4, 5].flatMap((number) => [number, token(`zone-${number + 1}`)]);
  return ["match", ["get", "colour"], ...stops, token("zone-1")] as unknown as ExpressionSpecification;
}

export class ZoneLayers {
  constructor(
    private readonly map: MapLibre,
    zones: FeatureCollection,
  ) {
    map.addSource(source, { type: "geojson", data: zones, promoteId: "code" });
    const under = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
    map.addLayer({ id: fill, type: "fill", source, paint: this.filled() }, under);
    map.addLayer({ id: "draft-zone-line", type: "line", source, paint: this.lined() }, under);
    map.addLayer({
      id: "draft-zone-name",
      type: "symbol",
      source,
      layout: { "text-field": ["get", "name"], "text-font": bold, "text-size": 14, "text-max-width": 8 },
      paint: this.inked(),
    });
    map.addSource(fault, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: fault, type: "circle", source: fault, paint: this.faulty() });
    document.addEventListener(themeChanged, () => map.once("idle", () => this.recolour()));
  }

  show(zones: FeatureCollection): void {
    (this.map.getSource(source) as GeoJSONSource).setData(zones);
  }

  /** The code of the zone under a spot of the map. */
  at(point: Point): string | undefined {
    const [found] = this.map.queryRenderedFeatures(point, { layers: [fill] });
    return found?.properties["code"] as string | undefined;
  }

  mark(codes: string[]): void {
    this.map.removeFeatureState({ source });
    for (const code of codes) this.map.setFeatureState({ source, id: code }, { chosen: true });
  }

  /** Shows where a step went wrong, or takes the mark away; the sentence beside the tools says the same. */
  showFault(place?: Position): void {
    const features = place
      ? [{ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: place } }]
      : [];
    (this.map.getSource(fault) as GeoJSONSource).setData({ type: "FeatureCollection", features });
    const center = place as [number, number] | undefined;
    if (center && !this.map.getBounds().contains(center)) this.map.easeTo({ center, duration: 150 });
  }

  private filled() {
    return {
      "fill-color": byColour(),
      "fill-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 0.75, 0.4] as ExpressionSpecification,
    };
  }

  private lined() {
    return {
      "line-color": token("map-label"),
      "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 4, 2] as ExpressionSpecification,
    };
  }

  private inked() {
    return { "text-color": token("map-label"), "text-halo-color": token("map-halo"), "text-halo-width": 2 };
  }

  private faulty() {
    return {
      "circle-color": token("bad"),
      "circle-radius": 9,
      "circle-stroke-color": token("map-halo"),
      "circle-stroke-width": 3,
    };
  }

  private recolour(): void {
    const paints = { [fill]: this.filled(), "draft-zone-line": this.lined(), "draft-zone-name": this.inked(), [fault]: this.faulty() };
    for (const [id, paint] of Object.entries(paints)) {
      for (const [name, value] of Object.entries(paint)) this.map.setPaintProperty(id, name as never, value as never);
    }
  }
}
