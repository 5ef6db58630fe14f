/** The sheet: what belongs to the picked place, as HTML from the same view that serves the whole page. */
import { pickEvent, selectEvent, type Pick, type Select } from "./events";
import { wireShare } from "./share";

export function wireSheet(): void {
  for (const sheet of document.querySelectorAll<HTMLElement>("[data-sheet]")) {
    const map = document.querySelector<HTMLElement>("megdan-map[data-pick]");
    if (map) new Sheet(sheet, map);
  }
}

class Sheet {
  private readonly body: HTMLElement;
  private request: AbortController | undefined;

  constructor(
    private readonly sheet: HTMLElement,
    private readonly map: HTMLElement,
  ) {
    this.body = sheet.querySelector<HTMLElement>("[data-sheet-body]")!;
    map.addEventListener(pickEvent, (event) => void this.open((event as CustomEvent<Pick>).detail));
    sheet.querySelector("[data-sheet-close]")?.addEventListener("click", () => this.close());
    // On a phone the sheet would lie over the suggestions of the search box.
    document.addEventListener("focusin", ({ target }) => {
      if ((target as Element).matches("[role=combobox]") && !sheet.hidden) this.hide();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !sheet.hidden && sheet.contains(document.activeElement)) {
        this.close();
      }
    });
  }

  private async open(pick: Pick): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const url = new URL(this.map.dataset["here"]!, location.href);
    url.searchParams.set("lon", pick.longitude.toFixed(6));
    url.searchParams.set("lat", pick.latitude.toFixed(6));
    url.searchParams.set("fragment", "1");
    this.message(this.sheet.dataset["msgLoading"] ?? "");
    this.sheet.setAttribute("aria-busy", "true");
    this.sheet.hidden = false;
    try {
      const answer = await fetch(url, { signal: this.request.signal });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.fill(await answer.text());
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.message(this.sheet.dataset["msgFailed"] ?? "");
    }
    this.sheet.removeAttribute("aria-busy");
    this.sheet.scrollTop = 0;
    this.body.focus();
  }

  private fill(html: string): void {
    // Own server, own templates, autoescaped; scripts in parsed documents never run.
    const parsed = new DOMParser().parseFromString(html, "text/html");
    this.body.replaceChildren(...parsed.body.childNodes);
    wireShare(this.body);
    const place = this.body.querySelector<HTMLElement>("[data-zone-ids]");
    const zones = (place?.dataset["zoneIds"] ?? "").split(" ").filter(Boolean).map(Number);
    this.tellMap({ zones });
  }

  private message(text: string): void {
    const line = document.createElement("p");
    line.textContent = text;
    this.body.replaceChildren(line);
  }

  private hide(): void {
    this.request?.abort();
    this.sheet.hidden = true;
    this.tellMap({ zones: [], clear: true });
  }

  private close(): void {
    this.hide();
    this.map.querySelector<HTMLElement>("canvas")?.focus();
  }

  private tellMap(detail: Select): void {
    this.map.dispatchEvent(new CustomEvent(selectEvent, { detail }));
  }
}
