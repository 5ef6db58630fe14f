/** The search box: an ARIA 1.2 combobox over a plain GET form that also works without this script. */
import { pickEvent, type Pick } from "./events";

interface Result {
  label: string;
  kind: string;
  kind_label?: string;
  longitude: number | null;
  latitude: number | null;
  url?: string;
}

const pauseMs = 120;
const shortestQuery = 2;

export function wireSearch(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-suggest]")) {
    new SearchBox(form);
  }
}

class SearchBox {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly status: HTMLElement;
  private results: Result[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.input = form.querySelector<HTMLInputElement>("input[type=search]")!;
    this.list = form.querySelector<HTMLUListElement>("[role=listbox]")!;
    this.status = form.querySelector<HTMLElement>("[role=status]:not([data-locate-said])")!;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.autocomplete = "off";
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    // Pressing on an option must not take the focus, or the list would close before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), pauseMs);
  }

  private async ask(): Promise<void> {
    const query = this.input.value.trim();
    this.request?.abort();
    if (query.length < shortestQuery) {
      this.close();
      return;
    }
    this.request = new AbortController();
    const url = new URL(this.form.dataset["suggest"]!, location.href);
    url.searchParams.set("q", query);
    try {
      const answer = await fetch(url, {
        signal: this.request.signal,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { results } = (await answer.json()) as { results: Result[] };
      this.show(results);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      // The form itself still works; say that Enter searches.
      this.close();
      this.status.textContent = this.form.dataset["msgFailed"] ?? "";
    }
  }

  private show(results: Result[]): void {
    this.results = results;
    this.active = -1;
    this.list.replaceChildren(...results.map((result, index) => this.option(result, index)));
    const open = results.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = open
      ? (this.form.dataset["msgCount"] ?? "").replace("%s", String(results.length))
      : (this.form.dataset["msgNone"] ?? "");
  }

  private option(result: Result, index: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    label.textContent = result.label;
    const kind = document.createElement("span");
    kind.className = "search-kind";
    kind.textContent = result.kind_label ?? this.kindName(result.kind);
    item.append(label, kind);
    return item;
  }

  private kindName(kind: string): string {
    const key = `kind${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    return this.form.dataset[key] ?? "";
  }

  private onKey(event: KeyboardEvent): void {
    const open = !this.list.hidden;
    if (event.key === "Escape") {
      if (open) event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.move(event.key === "ArrowDown" ? 1 : -1);
      else void this.ask();
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    }
  }

  private move(step: number): void {
    const count = this.results.length;
    // One more stop than options: past the last one the cursor is back in the text.
    this.active = ((this.active + 1 + step + count + 1) % (count + 1)) - 1;
    this.list.querySelectorAll("[role=option]").forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === this.active));
      if (index === this.active) item.scrollIntoView({ block: "nearest" });
    });
    if (this.active >= 0) {
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  private onClick(event: MouseEvent): void {
    const item = (event.target as Element).closest("[role=option]");
    if (!item) return;
    this.choose([...this.list.children].indexOf(item));
  }

  private choose(index: number): void {
    const result = this.results[index];
    if (!result) return;
    this.input.value = result.label;
    this.close();
    // A form that asks for more than a place only takes the words over.
    if (this.form.dataset["stay"] !== undefined) {
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const { longitude, latitude } = result;
    const map = document.querySelector<HTMLElement>("megdan-map[data-pick][data-state=ready]");
    if (map && longitude !== null && latitude !== null) {
      const detail: Pick = { longitude, latitude, fly: true, url: result.url };
      map.dispatchEvent(new CustomEvent(pickEvent, { detail, bubbles: true }));
    } else if (result.url) {
      location.assign(result.url);
    } else {
      this.form.requestSubmit();
    }
  }

  private close(): void {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
