/** What is known of the place is told as soon as place and kind are chosen; without this it is told before sending. */
import type { Point } from "../phone/ground";
import { groundOf, sentences } from "../phone/where";
import { placeEvent } from "./place";

const pauseMs = 250;

export function wireKnown(form: HTMLFormElement): void {
  const part = form.querySelector<HTMLElement>("[data-known]");
  if (!part) return;
  const told = form.querySelector<HTMLInputElement>("input[name=told]")!;
  let timer = 0;
  let request: AbortController | undefined;

  const show = (parts: Node[]) => {
    part.replaceChildren(...parts);
    const marks = [...part.querySelectorAll<HTMLElement>("[data-mark]")].map((one) => one.dataset["mark"]);
    told.value = marks.join(" ");
  };

  /** `elsewhere`: a place that is not marked, because it lies outside the town. */
  const ask = async (elsewhere?: string) => {
    request?.abort();
    request = new AbortController();
    const body = new FormData(form);
    for (const name of ["photos", "words", "email", "name"]) body.delete(name);
    if (elsewhere) body.set("marks", elsewhere);
    const isPlaced = ["marks", "site", "where"].some((name) => body.get(name));
    if (!isPlaced) {
      show([]);
      return;
    }
    try {
      const answer = await fetch(form.dataset["knownUrl"]!, { method: "POST", body, signal: request.signal });
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      show([...page.body.children]);
    } catch (error) {
      // It is asked again before the report is sent; meanwhile this phone says what it knows.
      if (!(error instanceof DOMException)) show(await saidHere(part, body));
    }
  };
  const soon = (elsewhere?: string) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(elsewhere), pauseMs);
  };

  form.addEventListener(placeEvent, (event) => soon((event as CustomEvent<string>).detail));
  form.addEventListener("change", (event) => {
    const { name } = event.target as HTMLInputElement;
    if (["category", "shape", "where", "where_to", "chosen"].includes(name)) soon();
  });
  soon();
}

/** Without a network: which area it is and who is likely to answer, by the small file of the town. */
async function saidHere(part: HTMLElement, body: FormData): Promise<Node[]> {
  const point = String(body.get("marks") ?? "").split(";")[0]!.split(",").map(Number);
  if (point.length !== 2) return [];
  try {
    const ground = await groundOf(part.dataset);
    const said = sentences(ground, point as Point, part.dataset, String(body.get("category") ?? ""));
    return said.map((sentence) => {
      const line = document.createElement("p");
      line.textContent = sentence;
      return line;
    });
  } catch {
    return [];
  }
}
