/** What the lines of an area give, drawn on the page's map: the area, the site in it, a fault, a corner. */
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { themeChanged } from "../../theme-switch";
import type { Told } from "./told";

const feature = (geometry: Geometry, kind: string): Feature => ({
  type: "Feature",
  geometry,
  properties: { kind },
});

export class AreaLayers {
  private shapes: Feature[] = [];
  private marks: Feature[] = [];

  constructor(private readonly map: MapLibre) {
    map.addSource("area", { type: "geojson", data: this.data() });
    map.addLayer({ id: "area-fill", type: "fill", source: "area", filter: ["==", ["get", "kind"], "area"], paint: {} });
    map.addLayer({ id: "area-line", type: "line", source: "area", filter: ["in", ["get", "kind"], ["literal", ["area", "site"]]], paint: {} });
    map.addLayer({ id: "area-mark", type: "circle", source: "area", filter: ["in", ["get", "kind"], ["literal", ["fault", "corner"]]], paint: {} });
    this.paint();
    document.addEventListener(themeChanged, () => map.once("idle", () => this.paint()));
  }

  show(told: Told): void {
    this.shapes = [
      ...(told.geometry ? [feature(told.geometry, "area")] : []),
      ...(told.site ? [feature(told.site, "site")] : []),
    ];
    this.draw();
  }

  /** Marks where a drawn shape is at fault; undefined takes the mark away. */
  fault(place: Position | null | undefined): void {
    this.mark("fault", place);
  }

  corner(place: Position | undefined): void {
    this.mark("corner", place);
  }

  private mark(kind: string, place: Position | null | undefined): void {
    this.marks = this.marks.filter(({ properties }) => properties?.["kind"] !== kind);
    if (place) this.marks.push(feature({ type: "Point", coordinates: place }, kind));
    this.draw();
  }

  private data(): FeatureCollection {
    return { type: "FeatureCollection", features: [...this.shapes, ...this.marks] };
  }

  private draw(): void {
    (this.map.getSource("area") as GeoJSONSource).setData(this.data());
  }

  private paint(): void {
    const tokens = getComputedStyle(document.documentElement);
    const colour = (name: string) => tokens.getPropertyValue(`--${name}`).trim();
    this.map.setPaintProperty("area-fill", "fill-color", colour("accent"));
    this.map.setPaintProperty("area-fill", "fill-opacity", 0.28);
    this.map.setPaintProperty("area-line", "line-color", colour("accent-strong"));
    this.map.setPaintProperty("area-line", "line-width", ["match", ["get", "kind"], "site", 4, 2]);
    this.map.setPaintProperty("area-mark", "circle-radius", 11);
    this.map.setPaintProperty("area-mark", "circle-opacity", 0.25);
    this.map.setPaintProperty("area-mark", "circle-stroke-width", 3);
    this.map.setPaintProperty("area-mark", "circle-color", colour("bad"));
    this.map.setPaintProperty("area-mark", "circle-stroke-color", ["match", ["get", "kind"], "fault", colour("bad"), colour("accent")]);
  }
}
