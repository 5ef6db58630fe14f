/** The planner's area: what is drawn becomes a line, and all that is known of the area follows the hand. */
import type { Feature, Geometry } from "geojson";
import { mapOf, type MapHost } from "../../map/host";
import { Drawing, type Drawn, type Tool } from "../drawing";
import type { Measure } from "../measure";
import { AreaLayers } from "./layers";
import { ask, showTold, type Lines, type Told } from "./told";

interface Begun {
  lines: Lines;
  on: string;
  id: number;
}

// So long rests the hand before the server is asked.
const rest = 250;

const desk = document.querySelector<HTMLElement>("[data-area-desk]")!;
const tools = document.querySelector<HTMLElement>("[data-area-tools]");

let layers: AreaLayers | undefined;
let drawing: Drawing | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;
let asked: AbortController | undefined;

function read<Value>(id: string): Value {
  return JSON.parse(document.getElementById(id)!.textContent!) as Value;
}

function shapeForm(): HTMLFormElement | undefined {
  return document.querySelector<HTMLFormElement>("[data-line-form=shape] form") ?? undefined;
}

/** The line that the open shape form would add, so that its reach is known before it is added. */
function candidate(geometry: Geometry): Record<string, unknown> {
  const form = shapeForm();
  const field = (name: string) => (form?.elements.namedItem(name) as HTMLInputElement | null)?.value ?? "";
  const metres = Number(field("metres"));
  const op = field("op") || "add";
  const of = { geometry, label: field("label") };
  const around = metres || (geometry.type === "Polygon" ? 0 : 60);
  return around ? { op, kind: "around", of, metres: around } : { op, kind: "shape", ...of };
}

function take(shapes: Drawn[]): void {
  const form = shapeForm();
  const shape = shapes.at(-1);
  const hidden = form?.elements.namedItem("geometry") as HTMLInputElement | null;
  if (!form || !hidden) return;
  hidden.value = shape ? JSON.stringify(shape.geometry) : "";
  if (!shape) return tell(read<Begun>("area-lines").lines);
  const metres = form.elements.namedItem("metres") as HTMLInputElement;
  if (shape.geometry.type !== "Polygon" && !metres.value) metres.value = "60";
  form.closest("details")!.open = true;
  document.querySelector<HTMLButtonElement>("[data-tool=select]")!.disabled = false;
  preview();
}

function preview(): void {
  const hidden = shapeForm()?.elements.namedItem("geometry") as HTMLInputElement | null;
  if (!hidden?.value) return;
  const { lines } = read<Begun>("area-lines");
  const line = candidate(JSON.parse(hidden.value) as Geometry);
  const number = Number((shapeForm()!.elements.namedItem("line") as HTMLInputElement).value);
  tell(number ? lines.map((old, index) => (index + 1 === number ? line : old)) : [...lines, line]);
}

function tell(lines: Lines): void {
  clearTimeout(waiting);
  asked?.abort();
  waiting = setTimeout(() => void evaluate(lines), rest);
}

async function evaluate(lines: Lines): Promise<void> {
  const { on, id } = read<Begun>("area-lines");
  const { signal } = (asked = new AbortController());
  desk.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(desk.dataset["evaluate"]!, { lines, on, area: id }, signal);
    showTold(answer);
    layers?.fault("place" in answer ? answer.place : undefined);
    if (!("code" in answer)) layers?.show(answer);
  } catch (error) {
    if (signal.aborted) return;
    reportError(error);
  }
  desk.removeAttribute("aria-busy");
  desk.dataset["told"] = String(lines.length);
}

/** Sends a form of the page and takes the changed parts of the answer, so that the map stays. */
async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const body = new FormData(form, submitter);
  desk.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body });
  if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
    location.assign(answer.url);
    return;
  }
  if (!answer.ok && answer.status !== 422) throw new Error(`${form.action}: status ${answer.status}`);
  replaceParts(new DOMParser().parseFromString(await answer.text(), "text/html"));
  desk.removeAttribute("aria-busy");
  if (answer.status === 422) {
    document.querySelector<HTMLElement>("#adding .error-summary")?.focus();
    return;
  }
  history.replaceState(null, "", location.pathname);
  reset();
  showTold(read<Told>("area-told"));
  layers?.show(read<Told>("area-told"));
  document.querySelector<HTMLElement>("#area-recipe h2")?.scrollIntoView({ block: "nearest" });
}

function replaceParts(fresh: Document): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-area-part]")) {
    const next = fresh.getElementById(part.id);
    if (next) part.replaceWith(document.importNode(next, true));
  }
  const lines = fresh.getElementById("area-lines");
  if (lines) document.getElementById("area-lines")!.textContent = lines.textContent;
  document.querySelector(".messages")?.replaceWith(...fresh.querySelectorAll(".messages"));
}

function reset(): void {
  drawing?.clear();
  choose("static");
  document.querySelector<HTMLButtonElement>("[data-tool=select]")?.setAttribute("disabled", "");
}

function choose(tool: Tool): void {
  if (!drawing || !tools) return;
  drawing.tool = tool;
  for (const button of tools.querySelectorAll<HTMLElement>("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset["tool"] === tool));
  }
  const panel = tools.querySelector<HTMLElement>("[data-drawing]")!;
  panel.hidden = tool === "static";
  const isEditing = tool === "select";
  for (const button of panel.querySelectorAll<HTMLElement>("[data-draw]")) {
    const name = button.dataset["draw"]!;
    if (["corner", "finish"].includes(name)) button.hidden = isEditing;
    if (["previous", "next"].includes(name)) button.hidden = !isEditing;
  }
  document.querySelector<HTMLElement>("megdan-map")!.toggleAttribute("data-drawing", !panel.hidden);
  const said = tools.querySelector<HTMLElement>("[data-measure]")!;
  said.textContent = tool === "static" ? "" : said.dataset[isEditing ? "edit" : "hint"]!;
}

const formatter = (digits: number) =>
  new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits });

function sayMeasure(found: Measure | undefined): void {
  const said = tools!.querySelector<HTMLElement>("[data-measure]")!;
  if (!found) return;
  const length = found.length < 1000 ? `${formatter(0).format(found.length)} m` : `${formatter(2).format(found.length / 1000)} km`;
  const area = found.area < 10_000 ? `${formatter(0).format(found.area)} m²` : `${formatter(2).format(found.area / 10_000)} ha`;
  const { length: lengthWord, area: areaWord } = said.dataset;
  said.textContent = found.area ? `${areaWord} ${area} · ${lengthWord} ${length}` : `${lengthWord} ${length}`;
}

function wireTools(): void {
  if (!tools || !drawing) return;
  const hand = drawing;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button");
    const { tool, draw } = button?.dataset ?? {};
    if (tool === "select") {
      const [shape] = hand.shapes();
      if (shape) {
        choose("select");
        hand.edit(shape.id);
      }
    } else if (tool) {
      hand.clear();
      choose(button!.getAttribute("aria-pressed") === "true" ? "static" : (tool as Tool));
      document.querySelector<HTMLElement>("megdan-map canvas")?.focus();
    }
    const deeds: Record<string, () => void> = {
      undo: () => hand.undo(),
      redo: () => hand.redo(),
      corner: () => hand.dropCorner(),
      finish: () => hand.finish(),
      previous: () => hand.step(-1),
      next: () => hand.step(1),
      cancel: () => {
        reset();
        take([]);
      },
    };
    if (draw) deeds[draw]?.();
  });
  tools.querySelector<HTMLInputElement>("[data-draw-snap]")!.addEventListener("change", (event) => {
    hand.snapping = (event.currentTarget as HTMLInputElement).checked;
  });
}

function wirePage(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const act = (event.submitter as HTMLButtonElement | null)?.value ?? "";
    if (!form.closest("[data-area-part]") || ["copy", "delete", "rename"].includes(act)) return;
    event.preventDefault();
    send(form, event.submitter).catch((error: unknown) => {
      reportError(error);
      // The browser's own way shows the town's page of errors, or that somebody has to sign in.
      location.reload();
    });
  });
  document.addEventListener("input", (event) => {
    if ((event.target as Element).closest("[data-line-form=shape]")) preview();
  });
}

async function wireMap(): Promise<void> {
  const element = document.querySelector<MapHost>("megdan-map");
  if (!element) return;
  const map = await mapOf(element);
  layers = new AreaLayers(map);
  layers.show(read<Told>("area-told"));
  if (!tools) return;
  drawing = new Drawing(map, { changed: take, measured: sayMeasure, corner: sayCorner });
  choose("static");
  wireTools();
  editGiven();
  desk.dataset["ready"] = "yes";
}

function sayCorner(corner: { number: number; of: number; position: number[] } | undefined): void {
  const said = tools!.querySelector<HTMLElement>("[data-measure]")!;
  layers?.corner(corner?.position);
  if (!corner) return;
  const at = corner.position.map((number) => number.toFixed(5)).join(", ");
  said.textContent = `${said.dataset["corner"]} ${corner.number}/${corner.of}: ${at}`;
}

/** A drawn line that is being changed begins on the map with its shape in hand. */
function editGiven(): void {
  const hidden = shapeForm()?.elements.namedItem("geometry") as HTMLInputElement | null;
  if (!hidden?.value || !drawing) return;
  const id = drawing.load((JSON.parse(hidden.value) as Feature["geometry"]));
  if (id === undefined) return;
  document.querySelector<HTMLButtonElement>("[data-tool=select]")!.disabled = false;
  choose("select");
  drawing.edit(id);
}

wirePage();
void wireMap();
