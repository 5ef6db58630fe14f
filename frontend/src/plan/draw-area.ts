/** Draws the area of a form, or takes up the shape it has; the field is written, which works without the map too. */
import type { Geometry, MultiPolygon, Polygon } from "geojson";
import { mapOf, type MapHost } from "../map/host";
import { Drawing, type Drawn } from "./drawing";

const desk = document.querySelector<HTMLElement>("[data-draw-area]");
const field = document.querySelector<HTMLTextAreaElement>("[data-draw-shape]");
const host = desk?.querySelector<MapHost>("megdan-map");

if (desk && field && host) {
  void mapOf(host).then((map) => {
    const drawing = new Drawing(map, { changed: (shapes) => (field.value = written(shapes)) });
    if (!takenUp(drawing, field.value)) drawing.tool = "polygon";
    desk.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-draw-finish]")) drawing.finish();
      if (target.closest("[data-draw-undo]")) drawing.undo();
      if (target.closest("[data-draw-clear]")) {
        drawing.clear();
        drawing.tool = "polygon";
        field.value = "";
      }
    });
    desk.querySelector<HTMLElement>("[data-draw-tools]")!.hidden = false;
  });
}

/** Puts the field's shape into the hand; all of it, or nothing where a part has holes. */
function takenUp(drawing: Drawing, text: string): boolean {
  const parts = partsOf(text);
  const ids = parts.map((part) => drawing.load(part));
  const first = ids[0];
  if (first === undefined || ids.includes(undefined)) {
    drawing.clear();
    return false;
  }
  drawing.edit(first);
  return true;
}

/** The parts of a shape; none of a text that somebody pasted wrongly, which the server then says. */
function partsOf(text: string): Geometry[] {
  let geometry: Geometry;
  try {
    geometry = JSON.parse(text) as Geometry;
  } catch {
    return [];
  }
  if (geometry?.type !== "MultiPolygon") return geometry?.type ? [geometry] : [];
  return geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
}

function written(shapes: Drawn[]): string {
  const only = shapes.length === 1 ? shapes[0] : undefined;
  if (only) return JSON.stringify(only.geometry);
  const areas = shapes
    .map(({ geometry }) => geometry)
    .filter((geometry): geometry is Polygon => geometry.type === "Polygon");
  if (areas.length === 0) return "";
  const together: MultiPolygon = {
    type: "MultiPolygon",
    coordinates: areas.map(({ coordinates }) => coordinates),
  };
  return JSON.stringify(together);
}
