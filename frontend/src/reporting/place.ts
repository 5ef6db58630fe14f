/** Where it is: the phone's position with its accuracy, marks on the map, or the photo's own place. */
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { pickEvent, type Pick } from "../events";
import { mapOf, type MapHost } from "../map/host";
import type { Taken } from "./exif";

type Mark = [number, number];
const source = "report-place";
/** The place was given or changed; it says the point that was refused because it lies outside the town. */
export const placeEvent = "megdan:place";
const metresPerDegree = 111_320;

export class Place {
  private marks: Mark[] = [];
  private accuracy: number | undefined;
  private readonly map: MapHost | null;
  private drawn: MapLibre | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.map = form.querySelector<MapHost>("megdan-map");
    this.marks = this.field("marks")
      .value.split(";")
      .filter(Boolean)
      .map((pair) => pair.split(",").map(Number) as Mark);
    this.map?.addEventListener(pickEvent, (event) => this.picked((event as CustomEvent<Pick>).detail));
    for (const radio of form.querySelectorAll<HTMLInputElement>("input[name=shape]")) {
      radio.addEventListener("change", () => this.shapeChanged());
    }
    form.querySelector("[data-undo]")?.addEventListener("click", () => this.set(this.marks.slice(0, -1), undefined));
    form.querySelector<HTMLInputElement>("input[name=where]")?.addEventListener("input", () => {
      // Whoever types an address means that, not an older mark.
      if (this.marks.length) this.set([], undefined);
      this.say("");
    });
    const here = form.querySelector<HTMLButtonElement>("[data-position]");
    if (here && "geolocation" in navigator) {
      form.querySelector<HTMLElement>("[data-position-row]")!.hidden = false;
      here.addEventListener("click", () => this.locate());
    }
    if (this.map) void mapOf(this.map).then((map) => this.prepare(map));
  }

  /** The photo's own place fills in what nobody said yet. */
  fromPhoto(taken: Taken): void {
    const isKnown = this.marks.length > 0 || this.value("where") !== "" || this.form.querySelector("[data-site]");
    if (isKnown || !this.isInside(taken.longitude, taken.latitude)) return;
    this.go(taken.longitude, taken.latitude, taken.accuracy);
    this.say(this.form.dataset["msgPhoto"] ?? "");
  }

  private locate(): void {
    this.say(this.form.dataset["msgLocating"] ?? "");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (!this.isInside(coords.longitude, coords.latitude)) {
          this.set([], undefined);
          this.say(this.form.dataset["msgOutside"] ?? "");
          this.tell(`${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`);
          return;
        }
        this.go(coords.longitude, coords.latitude, coords.accuracy);
        const metres = String(Math.max(1, Math.round(coords.accuracy)));
        this.say((this.form.dataset["msgHere"] ?? "").replace("%s ", `${metres}\u00a0`));
      },
      () => this.say(this.form.dataset["msgFailed"] ?? ""),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 15_000 },
    );
  }

  private go(longitude: number, latitude: number, accuracy: number | undefined): void {
    this.set([[longitude, latitude]], accuracy);
    this.drawn?.jumpTo({ center: [longitude, latitude], zoom: 16 });
  }

  private picked({ longitude, latitude }: Pick): void {
    const shape = this.shape();
    const mark: Mark = [longitude, latitude];
    const kept = shape === "point" ? [] : shape === "line" && this.marks.length > 1 ? [] : this.marks;
    this.set([...kept, mark], undefined);
    this.say(this.form.dataset["msgMap"] ?? "");
    const where = this.form.querySelector<HTMLInputElement>("input[name=where]");
    if (where) where.value = "";
  }

  private shapeChanged(): void {
    if (this.shape() === "point") this.set(this.marks.slice(-1), this.accuracy);
    else this.draw();
    this.showUndo();
  }

  private set(marks: Mark[], accuracy: number | undefined): void {
    this.marks = marks;
    this.accuracy = accuracy;
    this.field("marks").value = marks.map((mark) => mark.map((part) => part.toFixed(6)).join(",")).join(";");
    this.field("accuracy").value = accuracy === undefined ? "" : accuracy.toFixed(1);
    this.showUndo();
    this.draw();
    this.tell();
  }

  private tell(elsewhere?: string): void {
    this.form.dispatchEvent(new CustomEvent(placeEvent, { detail: elsewhere }));
  }

  private showUndo(): void {
    const row = this.form.querySelector<HTMLElement>("[data-undo-row]");
    if (row) row.hidden = this.shape() === "point" || this.marks.length === 0;
  }

  private prepare(map: MapLibre): void {
    this.drawn = map;
    const add = () => {
      if (map.getSource(source)) return;
      map.addSource(source, { type: "geojson", data: this.shapes() });
      const colour = getComputedStyle(this.form).getPropertyValue("--accent").trim() || "#1d4f91";
      map.addLayer({ id: `${source}-fill`, source, type: "fill", filter: ["==", "$type", "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.18 } });
      map.addLayer({ id: `${source}-line`, source, type: "line", filter: ["!=", "$type", "Point"], paint: { "line-color": colour, "line-width": 3 } });
      map.addLayer({ id: `${source}-mark`, source, type: "circle", filter: ["==", "$type", "Point"], paint: { "circle-color": colour, "circle-radius": 7, "circle-stroke-color": "#fff", "circle-stroke-width": 2 } });
    };
    add();
    const first = this.marks[0];
    if (first) map.jumpTo({ center: first, zoom: Math.max(map.getZoom(), 16) });
  }

  private draw(): void {
    this.drawn?.getSource<GeoJSONSource>(source)?.setData(this.shapes());
  }

  /** The marks, what they make together, and how far off the phone may be. */
  private shapes(): GeoJSON.FeatureCollection {
    const features: GeoJSON.Feature[] = this.marks.map((coordinates) => feature({ type: "Point", coordinates }));
    if (this.shape() !== "point" && this.marks.length > 1) features.push(feature({ type: "LineString", coordinates: this.marks }));
    if (this.shape() === "area" && this.marks.length > 2) {
      features.push(feature({ type: "Polygon", coordinates: [[...this.marks, this.marks[0]!]] }));
    }
    const [first] = this.marks;
    if (first && this.accuracy) features.push(feature(disc(first, this.accuracy)));
    return { type: "FeatureCollection", features };
  }

  private shape(): string {
    return this.form.querySelector<HTMLInputElement>("input[name=shape]:checked")?.value ?? "point";
  }

  private isInside(longitude: number, latitude: number): boolean {
    const limits = this.map?.dataset["limits"];
    if (!limits) return true;
    const [west, south, east, north] = limits.split(",").map(Number);
    return longitude >= west! && longitude <= east! && latitude >= south! && latitude <= north!;
  }

  private field(name: string): HTMLInputElement {
    return this.form.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
  }

  private value(name: string): string {
    return this.form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value.trim() ?? "";
  }

  private say(text: string): void {
    const said = this.form.querySelector<HTMLElement>("[data-place]");
    if (said) said.textContent = text;
  }
}

function feature(geometry: GeoJSON.Geometry): GeoJSON.Feature {
  return { type: "Feature", properties: {}, geometry };
}

/** A circle of so many metres as 48 corners. */
function disc([longitude, latitude]: Mark, metres: number): GeoJSON.Polygon {
  const tall = metres / metresPerDegree;
  const wide = tall / Math.cos((latitude * Math.PI) / 180);
  const corners = Array.from({ length: 49 }, (_, index) => {
    const angle = (index / 48) * 2 * Math.PI;
    return [longitude + wide * Math.cos(angle), latitude + tall * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [corners] };
}
