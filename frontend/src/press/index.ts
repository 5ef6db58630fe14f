/** The press office's page: layers, periods to slide over, and filters, without loading the map anew. */
import { selectEvent, type Select } from "../events";
import type { MapHost } from "../map/host";
import { layers, type Layer } from "./layers";
import { PressMap } from "./view";

interface PeriodChoice {
  value: string;
  label: string;
}

// So long does the slider rest before its period is asked for.
const rest = 200;

let asked: AbortController | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;
let view: Promise<PressMap> | undefined;

function chosenLayer(): Layer {
  const radio = document.querySelector<HTMLInputElement>("[name=layer]:checked");
  return layers.find((layer) => layer === radio?.value) ?? "places";
}

function showLegend(): void {
  const layer = chosenLayer();
  for (const legend of document.querySelectorAll<HTMLElement>(".press-legend")) {
    legend.hidden = !legend.dataset["layer"]!.split(" ").includes(layer);
  }
}

/** Shows another choice: every part of the page that depends on it is taken from the server's own page. */
async function go(address: string): Promise<void> {
  asked?.abort();
  const { signal } = (asked = new AbortController());
  const url = new URL(address, location.href);
  url.searchParams.set("layer", chosenLayer());
  document.querySelector("main")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(`${url.href}: status ${answer.status}`);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", url);
    await (await view)?.load(mapAddress(), signal);
  } catch (error) {
    if (signal.aborted) return;
    // A full load shows the town's own page of errors, or that somebody has to sign in again.
    location.assign(url);
    reportError(error);
  }
  document.querySelector("main")?.removeAttribute("aria-busy");
}

function take(fresh: Document): void {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll<HTMLElement>("[data-press-part]")) {
    const next = fresh.getElementById(part.id);
    if (next) part.replaceWith(document.importNode(next, true));
  }
  for (const name of ["from", "category", "zone"]) {
    const chosen = fresh.querySelector<HTMLSelectElement>(`#press-${name}`)?.value;
    const field = document.querySelector<HTMLSelectElement>(`#press-${name}`);
    if (field && chosen !== undefined) field.value = chosen;
  }
  if (focused) document.getElementById(focused)?.focus();
  showLegend();
  markZone(fresh);
}

/** Outlines the chosen zone and goes there; a new period leaves the view where the reader put it. */
function markZone(fresh: Document): void {
  const element = document.querySelector<HTMLElement>("megdan-map");
  const there = fresh.querySelector<HTMLElement>("megdan-map");
  const select = there?.dataset["select"] ?? "";
  if (!element || element.dataset["select"] === select) return;
  element.dataset["select"] = select;
  const bounds = (there?.dataset["bounds"] ?? "").split(",").map(Number);
  void view?.then((map) => map.fit(bounds as [number, number, number, number]));
  const zone = Number(select);
  const detail: Select = { zones: zone ? [zone] : [] };
  element.dispatchEvent(new CustomEvent(selectEvent, { detail }));
}

function mapAddress(): string {
  return document.querySelector<HTMLElement>("[data-map]")!.dataset["map"]!;
}

function slide(slider: HTMLInputElement): void {
  const list = document.getElementById("press-periods")!.textContent ?? "[]";
  const period = (JSON.parse(list) as PeriodChoice[])[Number(slider.value)]!;
  slider.setAttribute("aria-valuetext", period.label);
  document.querySelector("[data-press-period]")!.textContent = period.label;
  asked?.abort();
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const url = new URL(location.href);
    url.searchParams.set("span", document.querySelector<HTMLInputElement>("[name=span]")!.value);
    url.searchParams.set("from", period.value);
    url.searchParams.delete("page");
    void go(url.href);
  }, rest);
}

function submitted(form: HTMLFormElement): string {
  const url = new URL(location.href);
  url.search = "";
  for (const [name, value] of new FormData(form)) {
    if (value) url.searchParams.set(name, String(value));
  }
  return url.href;
}

async function chooseLayer(): Promise<void> {
  showLegend();
  const url = new URL(location.href);
  url.searchParams.set("layer", chosenLayer());
  history.replaceState(null, "", url);
  (await view)?.choose(chosenLayer());
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const text = document.querySelector("[data-press-citation]")?.textContent ?? "";
  await navigator.clipboard.writeText(text);
  button.textContent = button.dataset["done"] ?? "";
}

function wirePage(): void {
  // Parts of the page are replaced, so the page itself listens.
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a[data-press-go]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      void go(link.href);
    }
    const button = target.closest<HTMLButtonElement>("[data-press-copy]");
    if (button) void copy(button);
    if (target.closest("[data-press-print]")) print();
  });
  document.addEventListener("input", (event) => {
    const target = event.target as HTMLInputElement;
    if (target.matches("[data-press-slider]")) slide(target);
    if (target.name === "layer") void chooseLayer();
  });
  document.querySelector<HTMLFormElement>("[data-press-form]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void go(submitted(event.currentTarget as HTMLFormElement));
  });
}

function wireMap(): void {
  const said = document.querySelector<HTMLElement>("[data-press-picked]");
  const element = document.querySelector<MapHost>("megdan-map");
  if (!said || !element) return;
  showLegend();
  view = PressMap.on(element, said, chosenLayer());
  view.then((map) => map.load(mapAddress())).catch(reportError);
}

wirePage();
wireMap();
