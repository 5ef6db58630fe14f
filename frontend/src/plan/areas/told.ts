/** What the server tells of lines: asked for, and written into the page. */
import type { MultiPolygon, Position } from "geojson";

export type Lines = Record<string, unknown>[];

export interface Told {
  geometry: MultiPolygon | null;
  site: MultiPolygon | null;
  area_m2: number;
  /** The area as people say it. */
  size: string;
  words: string;
  remarks: { line: number; code: string; detail: string }[];
  reach: { words: string } | null;
  places: { name: string }[];
  areas: { id: number; name: string; share: number }[];
}

export interface Refused {
  code: string;
  detail: string;
  line?: number;
  place?: Position | null;
}

export async function ask(url: string, question: unknown, signal: AbortSignal): Promise<Told | Refused> {
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(question),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    signal,
  });
  return (await answer.json()) as Told | Refused;
}

const find = <Kind extends HTMLElement>(name: string) => document.querySelector<Kind>(`[data-${name}]`)!;

function list(name: string, rows: (Node | string)[][]): void {
  const place = find<HTMLUListElement>(name);
  place.replaceChildren(
    ...rows.map((row) => {
      const item = document.createElement("li");
      item.append(...row);
      return item;
    }),
  );
  find(`no-${name}`).hidden = rows.length > 0;
}

export function showTold(told: Told | Refused): void {
  const fault = find("reach-fault");
  fault.hidden = !("code" in told);
  if ("code" in told) {
    fault.textContent = told.detail;
    return;
  }
  if (told.reach) find("reach-words").textContent = told.reach.words;
  find("reach-size").textContent = told.size;
  if (told.words) find("words").textContent = told.words;
  list("places", told.places.map(({ name }) => [name]));
  const { path, share } = find("areas").dataset;
  list(
    "areas",
    told.areas.map((area) => {
      const link = document.createElement("a");
      link.href = `${path}${area.id}/`;
      link.textContent = area.name;
      return [link, ` ${area.share} % ${share}`];
    }),
  );
}
