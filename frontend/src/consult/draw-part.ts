/** Draws the one shape of a part, as the kind chosen in the form asks; the field is written, which works without the
    map too. */
import type { Geometry, LineString, Polygon } from "geojson";
import { mapOf, type MapHost } from "../map/host";
import { Drawing, type Drawn, type Tool } from "../plan/drawing";

const tools: Record<string, Tool> = { stop: "point", section: "linestring", area: "polygon" };
const desk = document.querySelector<HTMLElement>("[data-draw-part]");
const field = document.querySelector<HTMLTextAreaElement>("[data-part-shape]");
const host = desk?.querySelector<MapHost>("megdan-map");
const kinds = [...document.querySelectorAll<HTMLInputElement>('input[name="kind"]')];

if (desk && field && host) {
  void mapOf(host).then((map) => {
    const drawing = new Drawing(map, { changed: (shapes) => (field.value = written(shapes)) });
    const takeUp = () => (drawing.tool = tools[kinds.find(({ checked }) => checked)?.value ?? "section"]!);
    const beginAgain = () => {
      drawing.clear();
      field.value = "";
      takeUp();
    };
    if (!editable(drawing, field.value)) takeUp();
    for (const kind of kinds) kind.addEventListener("change", beginAgain);
    desk.addEventListener("click", ({ target }) => {
      const pressed = (name: string) => (target as Element).closest(`[data-part-${name}]`);
      if (pressed("finish")) drawing.finish();
      if (pressed("undo")) drawing.undo();
      if (pressed("clear")) beginAgain();
    });
    desk.querySelector<HTMLElement>("[data-part-tools]")!.hidden = false;
  });
}

/** Puts the field's shape into the hand; a text that is no GeoJSON, or of many parts, stays in the field alone. */
function editable(drawing: Drawing, text: string): boolean {
  let geometry: Geometry;
  try {
    geometry = JSON.parse(text) as Geometry;
  } catch {
    return false;
  }
  const id = geometry?.type ? drawing.load(geometry) : undefined;
  if (id === undefined) return false;
  drawing.edit(id);
  return true;
}

/** What was drawn; several lines or areas are one part together, of several points the last counts. */
function written(shapes: Drawn[]): string {
  const last = shapes.at(-1)?.geometry;
  if (!last) return "";
  const same = shapes.map(({ geometry }) => geometry).filter(({ type }) => type === last.type);
  if (last.type === "Point" || same.length === 1) return JSON.stringify(last);
  const coordinates = (same as (LineString | Polygon)[]).map((one) => one.coordinates);
  return JSON.stringify({ type: `Multi${last.type}`, coordinates });
}
