/** One report: who else has it open, templates of answers, a place picked on the map. */
import { pickEvent, type Pick } from "../events";

const everyMs = 20_000;

let asking = 0;

/** Makes the parts of a report work, wherever it was put on the page. */
export function wireCase(root: ParentNode): void {
  const report = root.querySelector<HTMLElement>("[data-case]");
  window.clearInterval(asking);
  if (!report) return;
  asking = window.setInterval(() => void askWhoIsHere(report), everyMs);
  wireTemplate(report);
  wirePlace(report);
}

async function askWhoIsHere(report: HTMLElement): Promise<void> {
  if (document.hidden) return;
  const { here, csrf, msgOpen } = report.dataset;
  try {
    const answer = await fetch(here!, { method: "POST", headers: { "X-CSRFToken": csrf! } });
    if (!answer.ok) return;
    const { others } = (await answer.json()) as { others: string[] };
    const line = report.querySelector<HTMLElement>("[data-case-others]");
    const words = others.length ? `${msgOpen} ${others.join(", ")}` : "";
    if (line && line.textContent?.trim() !== words) line.textContent = words;
  } catch {
    // Without a network the line stays as it was; the next turn asks again.
  }
}

function wireTemplate(report: HTMLElement): void {
  const choice = report.querySelector<HTMLSelectElement>("[data-case-template]");
  const words = report.querySelector<HTMLTextAreaElement>("[data-case-answer]");
  const outcome = report.querySelector<HTMLSelectElement>("[data-case-outcome]");
  choice?.addEventListener("change", () => {
    const { text, outcome: ended } = choice.selectedOptions[0]?.dataset ?? {};
    if (text && words) words.value = words.value.trim() ? `${words.value.trim()}\n\n${text}` : text;
    if (ended && outcome) outcome.value = ended;
  });
}

function wirePlace(report: HTMLElement): void {
  const form = report.querySelector<HTMLFormElement>("[data-case-place]");
  if (!form) return;
  document.addEventListener(pickEvent, (event) => {
    const { longitude, latitude } = (event as CustomEvent<Pick>).detail;
    const put = (name: string, value: number): void => {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value.toFixed(6);
    };
    put("longitude", longitude);
    put("latitude", latitude);
  });
}
