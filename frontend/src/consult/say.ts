/** Takes the place that somebody touched or drew on the map into the form; names and numbers do the same without it. */
import { pickEvent, selectEvent, type Pick, type Select } from "../events";
import type { MapHost } from "../map/host";
import type { Hand } from "./say-draw";

const form = document.querySelector<HTMLFormElement>("form[data-say]");
const map = form?.querySelector<MapHost>("megdan-map");
const field = (name: string) => form?.querySelector<HTMLInputElement>(`input[name=${name}]`);
const shape = form?.querySelector<HTMLTextAreaElement>("textarea[name=shape]");
const said = form?.querySelector<HTMLElement>("[data-say-place]");
const tools = form?.querySelector<HTMLElement>("[data-say-tools]");
const extents = [...(form?.querySelectorAll<HTMLInputElement>("input[name=extent]") ?? [])];
const point = "point";
let drawing: Promise<Hand> | undefined;

const tellPlace = (isSet: boolean) => {
  if (said) said.textContent = isSet ? (said.dataset["msgSet"] ?? "") : "";
};

map?.addEventListener(pickEvent, (event) => {
  // "Where am I?" moves the map while a line or an area is drawn, and marks nothing.
  if (map.dataset["pick"] === undefined) return;
  const { longitude, latitude } = (event as CustomEvent<Pick>).detail;
  field("longitude")!.value = longitude.toFixed(6);
  field("latitude")!.value = latitude.toFixed(6);
  field("where")!.value = "";
  tellPlace(true);
});

/** Shows the ways to name what was chosen, and puts the pen for it into the hand. */
function takeUp(extent: string): void {
  for (const part of form!.querySelectorAll<HTMLElement>("[data-say-extent]"))
    part.hidden = part.dataset["sayExtent"] !== extent;
  form!.querySelector<HTMLElement>("[data-say-drawn]")!.hidden = extent === point;
  for (const words of tools!.querySelectorAll<HTMLElement>("[data-say-words]"))
    words.hidden = words.dataset["sayWords"] !== extent;
  tools!.hidden = extent === point;
  if (extent === point) map!.dataset["pick"] = "";
  else {
    delete map!.dataset["pick"];
    map!.dispatchEvent(new CustomEvent<Select>(selectEvent, { detail: { zones: [], clear: true } }));
    field("longitude")!.value = field("latitude")!.value = "";
  }
  void draw(extent);
}

async function draw(extent: string): Promise<void> {
  if (extent === point) {
    if (shape) shape.value = "";
    if (!drawing) return;
  }
  drawing ??= load();
  (await drawing).take(extent);
  tellPlace(Boolean(shape?.value || field("longitude")?.value));
}

async function load(): Promise<Hand> {
  const { hand } = (await import(form!.dataset["drawScript"]!)) as typeof import("./say-draw");
  return hand(map!, shape!, () => tellPlace(true));
}

if (form && map && shape && tools && extents.length) {
  for (const one of extents) one.addEventListener("change", () => takeUp(one.value));
  tools.addEventListener("click", (event) => {
    const target = event.target as Element;
    void drawing?.then((held) => {
      if (target.closest("[data-draw-finish]")) held.finish();
      if (target.closest("[data-draw-undo]")) held.undo();
      if (target.closest("[data-draw-clear]")) held.clear();
    });
  });
  takeUp(extents.find(({ checked }) => checked)?.value ?? point);
}
