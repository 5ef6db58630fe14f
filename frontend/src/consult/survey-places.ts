/** Places of a survey are drawn on one map, which goes to the question that is being answered; fields take the shapes. */
import type { Geometry } from "geojson";
import { mapOf, type MapHost } from "../map/host";
import { Drawing, type Drawn, type Tool } from "../plan/drawing";

const tools: Record<string, Tool> = { point: "point", line: "linestring", area: "polygon" };
const desk = document.querySelector<HTMLElement>("[data-place-desk]");
const host = desk?.querySelector<MapHost>("megdan-map");
let field: HTMLTextAreaElement | undefined;

if (desk && host) void mapOf(host).then((map) => start(desk, new Drawing(map, { changed })));

let drawing: Drawing;

function start(desk: HTMLElement, made: Drawing): void {
  drawing = made;
  const questions = [...document.querySelectorAll<HTMLElement>("[data-place-question]")];
  for (const question of questions) {
    const button = question.querySelector<HTMLButtonElement>("[data-place-draw]")!;
    button.hidden = false;
    button.addEventListener("click", () => {
      open(desk, question);
      desk.scrollIntoView({ block: "nearest" });
    });
  }
  desk.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-draw-finish]")) drawing.finish();
    if (target.closest("[data-draw-undo]")) drawing.undo();
    if (target.closest("[data-draw-clear]") && field) {
      field.value = "";
      begin(field);
    }
  });
  desk.querySelector<HTMLElement>("[data-draw-tools]")!.hidden = false;
  if (questions[0]) open(desk, questions[0]);
}

/** Takes the map to a question and goes on with what is drawn there. */
function open(desk: HTMLElement, question: HTMLElement): void {
  field = question.querySelector<HTMLTextAreaElement>("[data-place-shape]") ?? undefined;
  question.querySelector("[data-place-here]")!.append(desk);
  for (const other of document.querySelectorAll<HTMLElement>("[data-place-draw]"))
    other.hidden = question.contains(other);
  const kind = field?.dataset["placeShape"] ?? "point";
  for (const words of desk.querySelectorAll<HTMLElement>("[data-place-words]"))
    words.hidden = words.dataset["placeWords"] !== kind;
  desk.querySelector<HTMLElement>("[data-draw-finish]")!.hidden = kind === "point";
  if (field) begin(field);
}

function begin(field: HTMLTextAreaElement): void {
  drawing.clear();
  const shape = read(field.value);
  const id = shape && drawing.load(shape);
  if (id !== undefined && shape!.type !== "Point") drawing.edit(id);
  else drawing.tool = tools[field.dataset["placeShape"] ?? "point"] ?? "point";
}

/** Only the newest shape is the answer: a second tap moves the place. */
function changed(shapes: Drawn[]): void {
  const newest = shapes.at(-1);
  if (!field || !newest) return;
  if (shapes.length > 1) {
    drawing.clear();
    drawing.load(newest.geometry);
  }
  field.value = JSON.stringify(newest.geometry);
}

/** The shape of a text; none of one that somebody pasted wrongly, which the server then says. */
function read(text: string): Geometry | undefined {
  try {
    return (JSON.parse(text) as Geometry | null) ?? undefined;
  } catch {
    return undefined;
  }
}
