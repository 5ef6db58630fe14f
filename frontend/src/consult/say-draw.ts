/** Draws the line or area of an idea into the field of the form; loaded only when somebody chooses to draw one. */
import type { Geometry } from "geojson";
import { mapOf, type MapHost } from "../map/host";
import { Drawing, type Drawn, type Tool } from "../plan/drawing";

const tools: Record<string, Tool> = { line: "linestring", area: "polygon" };
const types: Record<string, string> = { line: "LineString", area: "Polygon" };

export interface Hand {
  /** Draws a line or an area, and goes on with what the field holds of that kind; "point" puts the pen down. */
  take: (extent: string) => void;
  finish: () => void;
  undo: () => void;
  clear: () => void;
}

export async function hand(host: MapHost, field: HTMLTextAreaElement, told: () => void): Promise<Hand> {
  const map = await mapOf(host);
  let extent = "point";
  const changed = (shapes: Drawn[]) => {
    const newest = shapes.at(-1);
    if (!newest) return;
    if (shapes.length > 1) {
      drawing.clear();
      drawing.load(newest.geometry);
    }
    field.value = JSON.stringify(newest.geometry);
    told();
  };
  const drawing = new Drawing(map, { changed });
  const begin = () => {
    drawing.clear();
    const shape = read(field.value);
    const id = shape?.type === types[extent] ? drawing.load(shape!) : undefined;
    if (id !== undefined) drawing.edit(id);
    else {
      field.value = "";
      drawing.tool = tools[extent] ?? "static";
    }
  };
  return {
    take: (wanted) => {
      extent = wanted;
      begin();
    },
    finish: () => drawing.finish(),
    undo: () => drawing.undo(),
    clear: () => {
      field.value = "";
      begin();
    },
  };
}

/** The shape of a text; none of one that somebody pasted wrongly, which the server then says. */
function read(text: string): Geometry | undefined {
  try {
    return (JSON.parse(text) as Geometry | null) ?? undefined;
  } catch {
    return undefined;
  }
}
