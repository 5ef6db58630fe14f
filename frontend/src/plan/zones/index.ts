/** The pages of the zone editor: drawing, and comparing before and after. */
import type { FeatureCollection } from "geojson";
import { mapOf, type MapHost } from "../../map/host";
import { ZoneEditor } from "./editor";
import { ZoneLayers } from "./layers";

function shapes(id: string): FeatureCollection {
  return JSON.parse(document.getElementById(id)!.textContent!) as FeatureCollection;
}

async function wireDrawing(desk: HTMLElement, element: MapHost): Promise<void> {
  const map = await mapOf(element);
  new ZoneEditor(desk, map, shapes("zone-shapes"));
  desk.dataset["ready"] = "yes";
}

async function wireReview(desk: HTMLElement, element: MapHost): Promise<void> {
  const map = await mapOf(element);
  const layers = new ZoneLayers(map, shapes("zone-shapes"));
  desk.addEventListener("change", (event) => {
    const { name, value } = event.target as HTMLInputElement;
    if (name === "shown") layers.show(shapes(value === "before" ? "zone-shapes-before" : "zone-shapes"));
  });
  desk.dataset["ready"] = "yes";
}

const element = document.querySelector<MapHost>("megdan-map");
const drawing = document.querySelector<HTMLElement>("[data-zone-editor]");
const review = document.querySelector<HTMLElement>("[data-zone-review]");
if (element && drawing) void wireDrawing(drawing, element);
if (element && review) void wireReview(review, element);
