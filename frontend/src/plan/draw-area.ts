/** Draws the area of a form; what is drawn is written into its field, which works without the map too. */
import type { MultiPolygon, Polygon } from "geojson";
import { mapOf, type MapHost } from "../map/host";
import { Drawing, type Drawn } from "./drawing";

const desk = document.querySelector<HTMLElement>("[data-draw-area]");
const field = document.querySelector<HTMLTextAreaElement>("[data-draw-shape]");
const host = desk?.querySelector<MapHost>("megdan-map");

if (desk && field && host) {
  void mapOf(host).then((map) => {
    const drawing = new Drawing(map, { changed: (shapes) => (field.value = written(shapes)) });
    drawing.tool = "polygon";
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

function written(shapes: Drawn[]): string {
  const areas = shapes
    .map(({ geometry }) => geometry)
    .filter((geometry): geometry is Polygon => geometry.type === "Polygon");
  if (areas.length === 0) return "";
  if (areas.length === 1) return JSON.stringify(areas[0]);
  const together: MultiPolygon = {
    type: "MultiPolygon",
    coordinates: areas.map(({ coordinates }) => coordinates),
  };
  return JSON.stringify(together);
}
