/** The map of a page: the town's own tiles, keyboard and pointer picking, selection. Its list twin is in the page. */
import {
  LngLat,
  Map as MapLibre,
  Marker,
  setWorkerUrl,
  type LngLatBoundsLike,
  type MapMouseEvent,
  type StyleSpecification,
} from "maplibre-gl";
import { mapReadyEvent, pickEvent, selectEvent, type Pick, type Select } from "../events";
import { themeChanged } from "../theme-switch";
import { wireControls } from "./controls";
import { showPlaces } from "./places";
import { showShapes } from "./shapes";
import { throughPage } from "./through-page";
import type { MapHost } from "./host";
import { buildStyle, type StyleOptions, type TileJson } from "./style";

// Kept equal to .sheet in map.css, in CSS pixels.
const wideScreen = "(min-width: 62rem)";
const sheetWidth = 400;
const pinFromTop = 110;

const zoneLayer = { source: "zones", sourceLayer: "zones" };
const streetLayer = { source: "streets", sourceLayer: "streets" };

/** Draws the map in `element`; resolves when it can be used. Rejects when WebGL or the tiles fail. */
export async function mountMap(element: HTMLElement): Promise<void> {
  setWorkerUrl(new URL(element.dataset["worker"]!, location.href).href);
  const [options] = await Promise.all([styleOptions(element), loadLabelFonts()]);
  const transformRequest = throughPage();
  const map = new MapLibre({
    ...(transformRequest && { transformRequest }),
    container: element.querySelector<HTMLElement>("[data-map-canvas]")!,
    style: buildStyle(options),
    bounds: bounds(element),
    fitBoundsOptions: { padding: 24 },
    minZoom: 8,
    maxZoom: 19,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: element.dataset["cooperative"] !== undefined,
    locale: locale(element),
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const view = new MapView(element, map, options);
  await view.ready();
}

const tileLayers = ["outline", "streets", "zones", "places"];

async function styleOptions(element: HTMLElement): Promise<StyleOptions> {
  const answers = await Promise.all(
    tileLayers.map(async (layer) => {
      const answer = await fetch(`${element.dataset["tiles"]!}${layer}.json`);
      // 404 means that this town has no such layer; anything else is a fault the reader is told of.
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`${layer}.json: status ${answer.status}`);
      return [layer, (await answer.json()) as TileJson] as const;
    }),
  );
  return {
    language: document.documentElement.lang,
    kind: element.dataset["kind"] ?? "",
    described: new Map(answers.filter((answer) => answer !== undefined)),
  };
}

/** Labels are drawn from the page's own font; a subset that is not loaded yet would be drawn in another face. */
async function loadLabelFonts(): Promise<void> {
  const samples = ["a", "ăș", "бж"];
  await Promise.all(
    ["400", "700"].flatMap((weight) =>
      samples.map((text) => document.fonts.load(`${weight} 24px "Noto Sans Variable"`, text)),
    ),
  );
}

function bounds(element: HTMLElement): LngLatBoundsLike {
  const [west, south, east, north] = element.dataset["bounds"]!.split(",").map(Number);
  return [west!, south!, east!, north!];
}

function locale(element: HTMLElement): Record<string, string> {
  const texts: Record<string, string> = { "Map.Title": element.dataset["label"] ?? "" };
  const help: [string, string][] = [
    ["WindowsHelpText", "msgScroll"],
    ["MacHelpText", "msgScrollMac"],
    ["MobileHelpText", "msgTwoFingers"],
  ];
  for (const [key, name] of help) {
    const text = element.dataset[name];
    if (text) texts[`CooperativeGesturesHandler.${key}`] = text;
  }
  return texts;
}

/** What a page itself put on the map stays there when the ground under it changes its colours. */
function keepOwn(before: StyleSpecification | undefined, next: StyleSpecification): StyleSpecification {
  if (!before) return next;
  const known = new Set(next.layers.map(({ id }) => id));
  const layers = [...next.layers];
  for (const [index, layer] of before.layers.entries()) {
    if (known.has(layer.id)) continue;
    const above = before.layers.slice(index + 1).find(({ id }) => known.has(id));
    const place = above ? layers.findIndex(({ id }) => id === above.id) : layers.length;
    layers.splice(place, 0, layer);
  }
  return { ...next, sources: { ...before.sources, ...next.sources }, layers };
}

class MapView {
  private readonly status: HTMLElement;
  private selected: number[];
  private hovered: number | undefined;
  private marker: Marker | undefined;

  constructor(
    private readonly element: HTMLElement,
    private readonly map: MapLibre,
    private readonly options: StyleOptions,
  ) {
    this.status = element.querySelector<HTMLElement>("[data-map-status]")!;
    this.selected = (element.dataset["select"] ?? "").split(" ").filter(Boolean).map(Number);
    wireControls(element, map, (text) => this.say(text));
    this.wireHover();
    this.wirePicking();
    this.showGivenPoint();
    showPlaces(map);
    showShapes(map);
    this.wirePrinting();
    element.addEventListener(selectEvent, (event) => this.onSelect(event as CustomEvent<Select>));
    document.addEventListener(themeChanged, () => this.restyle());
    map.on("error", ({ error }) => {
      // One tile missing leaves a usable map; the reader should know that something is.
      console.warn(error.message);
      this.say(element.dataset["msgPart"] ?? "");
    });
  }

  async ready(): Promise<void> {
    await this.map.once("load");
    this.markGiven();
    const canvas = this.map.getCanvas();
    const help = this.element.querySelector("[data-map-help]");
    if (help) canvas.setAttribute("aria-describedby", help.id);
    this.element.dataset["state"] = "ready";
    // A page that draws more on the map gets it from here: its script may come before or after this moment.
    (this.element as MapHost).megdanMap = this.map;
    this.element.dispatchEvent(new CustomEvent(mapReadyEvent, { bubbles: true }));
    // Browser tests and people's eyes wait for the same moment: everything in view is drawn.
    this.map.once("idle", () => {
      this.element.dataset["drawn"] = "yes";
    });
  }

  private say(text: string): void {
    this.status.textContent = text;
  }

  private mark(zones: number[], selected: boolean): void {
    if (!this.options.described.has(zoneLayer.source)) return;
    for (const id of zones) this.map.setFeatureState({ ...zoneLayer, id }, { selected });
  }

  private markGiven(): void {
    this.mark(this.selected, true);
    const street = this.element.dataset["street"];
    if (street && this.options.described.has("streets")) {
      this.map.setFeatureState({ ...streetLayer, id: Number(street) }, { selected: true });
    }
  }

  private onSelect({ detail }: CustomEvent<Select>): void {
    this.mark(this.selected, false);
    this.selected = detail.zones;
    this.mark(this.selected, true);
    if (detail.clear) {
      this.marker?.remove();
      this.marker = undefined;
    }
  }

  private wireHover(): void {
    const canvas = this.map.getCanvas();
    const hover = (id: number | undefined) => {
      if (id === this.hovered) return;
      if (this.hovered !== undefined) {
        this.map.setFeatureState({ ...zoneLayer, id: this.hovered }, { hover: false });
      }
      if (id !== undefined) this.map.setFeatureState({ ...zoneLayer, id }, { hover: true });
      this.hovered = id;
      canvas.classList.toggle("is-over-zone", id !== undefined);
    };
    this.map.on("mousemove", "zone-fill", (event) => {
      const id = event.features?.[0]?.id;
      hover(typeof id === "number" ? id : undefined);
    });
    this.map.on("mouseleave", "zone-fill", () => hover(undefined));
  }

  private wirePicking(): void {
    if (this.element.dataset["pick"] === undefined) return;
    const pick = ({ lng, lat }: LngLat) => {
      // A page that draws on the map takes the mark away while it does.
      if (this.element.dataset["pick"] === undefined) return;
      const detail: Pick = { longitude: lng, latitude: lat };
      this.element.dispatchEvent(new CustomEvent(pickEvent, { detail, bubbles: true }));
    };
    this.map.on("click", (event: MapMouseEvent) => pick(event.lngLat.wrap()));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      pick(this.map.getCenter().wrap());
    });
    this.element.addEventListener(pickEvent, (event) => {
      const { longitude, latitude, fly } = (event as CustomEvent<Pick>).detail;
      this.pin(longitude, latitude);
      this.reveal([longitude, latitude], fly ? 16 : 0);
    });
  }

  /** Moves the map so that the pin is beside the sheet and not below it, at least as near as `zoom`. */
  private reveal(center: [number, number], zoom: number): void {
    const canvas = this.map.getCanvas();
    const isWide = matchMedia(wideScreen).matches;
    if (!isWide) this.element.scrollIntoView({ block: "start" });
    const isCovered = !isWide || this.map.project(center).x < sheetWidth;
    if (!zoom && !isCovered) return;
    this.map.easeTo({
      center,
      zoom: Math.max(this.map.getZoom(), zoom),
      offset: isWide ? [sheetWidth / 2, 0] : [0, pinFromTop - canvas.clientHeight / 2],
      duration: 150,
      essential: false,
    });
  }

  private showGivenPoint(): void {
    const { longitude, latitude } = this.element.dataset;
    if (longitude && latitude) this.pin(Number(longitude), Number(latitude));
  }

  private pin(longitude: number, latitude: number): void {
    if (!this.marker) {
      const drawing = this.element.querySelector<HTMLTemplateElement>("template[data-map-pin]")!;
      const pin = drawing.content.firstElementChild!.cloneNode(true) as HTMLElement;
      this.marker = new Marker({ element: pin, anchor: "bottom" });
      this.marker.setLngLat([longitude, latitude]).addTo(this.map);
      // The pin only repeats what the sheet says in words, and must not be a tab stop.
      pin.removeAttribute("tabindex");
      pin.removeAttribute("aria-label");
      pin.removeAttribute("role");
      pin.setAttribute("aria-hidden", "true");
      return;
    }
    this.marker.setLngLat([longitude, latitude]);
  }

  /** Paper gets a still copy: a WebGL canvas is empty again by the time the page is printed. */
  private wirePrinting(): void {
    const still = document.createElement("canvas");
    still.className = "map-print";
    addEventListener("beforeprint", () => {
      const canvas = this.map.getCanvas();
      still.width = canvas.width;
      still.height = canvas.height;
      this.map.redraw();
      still.getContext("2d")!.drawImage(canvas, 0, 0);
      this.element.querySelector(".map-area")!.append(still);
    });
    addEventListener("afterprint", () => still.remove());
  }

  private restyle(): void {
    this.map.setStyle(buildStyle(this.options), { diff: true, transformStyle: keepOwn });
    this.map.once("idle", () => this.markGiven());
  }
}
