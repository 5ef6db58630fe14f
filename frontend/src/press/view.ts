/** The map of the page: loads what the choice holds, switches layers, and says what was picked. */
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as MapLibre, Point } from "maplibre-gl";
import { mapOf, type MapHost } from "../map/host";
import { themeChanged } from "../theme-switch";
import { addLayers, paint, pickable, recolour, show, type Layer, type Surface } from "./layers";

interface Answer extends FeatureCollection {
  surface?: Surface | null;
}

interface Picked {
  name?: string;
  says?: string;
  url?: string;
  votes?: number;
}

// How far from the cross or the finger something may lie and still be meant, in CSS pixels.
const reach = 14;

export class PressMap {
  private layer: Layer;

  private constructor(
    private readonly element: MapHost,
    private readonly map: MapLibre,
    private readonly said: HTMLElement,
    layer: Layer,
  ) {
    this.layer = layer;
    addLayers(map);
    show(map, layer);
    map.on("click", ({ point }) => this.pick(point));
    map.on("mousemove", ({ point }) => {
      map.getCanvas().classList.toggle("is-over-zone", this.under(point) !== undefined);
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.pick(map.project(map.getCenter()));
    });
    document.addEventListener(themeChanged, () => map.once("idle", () => recolour(map, this.layer)));
    said.textContent = said.dataset["hint"] ?? "";
  }

  static async on(element: MapHost, said: HTMLElement, layer: Layer): Promise<PressMap> {
    return new PressMap(element, await mapOf(element), said, layer);
  }

  /** Draws the figures of an address; an answer that comes too late is the caller's to drop. */
  async load(url: string, signal?: AbortSignal): Promise<void> {
    const answer = await fetch(url, signal ? { signal } : {});
    if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
    const data = (await answer.json()) as Answer;
    (this.map.getSource("press") as GeoJSONSource).setData(data);
    paint(this.map, data.surface ?? null);
    this.choose(this.layer);
    this.said.textContent = this.said.dataset["hint"] ?? "";
  }

  /** Shows a box of degrees: west, south, east, north. */
  fit(bounds: [number, number, number, number]): void {
    this.map.fitBounds(bounds, { padding: 24, duration: 150, essential: false });
  }

  choose(layer: Layer): void {
    this.layer = layer;
    delete this.element.dataset["pressDrawn"];
    show(this.map, layer);
    this.map.once("idle", () => {
      this.element.dataset["pressDrawn"] = layer;
    });
    this.map.triggerRepaint();
  }

  private under(point: Point): Picked | undefined {
    const corners: [[number, number], [number, number]] = [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    const there = pickable.filter((id) => this.map.getLayer(id));
    const [exact] = this.map.queryRenderedFeatures(point, { layers: there });
    const [near] = exact ? [exact] : this.map.queryRenderedFeatures(corners, { layers: there });
    return near?.properties as Picked | undefined;
  }

  private pick(point: Point): void {
    const found = this.under(point);
    if (!found) return;
    const { few, votes, open } = this.said.dataset;
    const text =
      this.layer === "votes" && found.votes !== undefined
        ? `${found.name}: ${votes} ${found.votes}`
        : (found.says ?? `${found.name}: ${few}`);
    this.said.replaceChildren(`${text} `);
    if (!found.url) return;
    const link = document.createElement("a");
    link.href = found.url;
    link.textContent = open ?? "";
    this.said.append(link);
  }
}
