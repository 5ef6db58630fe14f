/** The tools of the drawing page: each makes one step, which the server takes or refuses with a sentence and a place. */
import type { FeatureCollection, Position } from "geojson";
import type { Map as MapLibre, MapMouseEvent } from "maplibre-gl";
import { Drawing, type Drawn } from "../drawing";
import { ZoneLayers } from "./layers";
import { refreshParts } from "./parts";

type Tool = "look" | "draw" | "split" | "merge" | "border" | "point";

interface State {
  position: number;
  zones: FeatureCollection;
}

interface Problem {
  detail?: string;
  place?: Position;
}

// As far as the server lays a drawing onto streets, in metres.
const snapMetres = 15;

export class ZoneEditor {
  private readonly drawing: Drawing;
  private readonly layers: ZoneLayers;
  private readonly said: HTMLElement;
  private tool: Tool = "look";
  private held: Position | undefined;
  private position: number;
  private isSending = false;

  constructor(
    private readonly desk: HTMLElement,
    private readonly map: MapLibre,
    zones: FeatureCollection,
  ) {
    this.position = Number(desk.dataset["position"]);
    this.said = desk.querySelector<HTMLElement>("[data-zone-said]")!;
    this.layers = new ZoneLayers(map, zones);
    this.drawing = new Drawing(map, {
      snapTo: ["street", "draft-zone-line", "outline"],
      changed: (shapes) => void this.drawn(shapes),
    });
    this.wire();
    this.take("look");
  }

  private wire(): void {
    this.desk.addEventListener("change", (event) => {
      const field = event.target as HTMLInputElement;
      if (field.name === "tool") this.take(field.value as Tool);
      if (field.name === "merged") this.markChosen();
      if (field.matches("[data-zone-split]")) this.markChosen();
      if (field.matches("[data-zone-snap]")) this.drawing.snapping = field.checked;
    });
    this.desk.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-zone-merge]")) void this.merge();
      if (target.closest("[data-zone-finish]")) this.drawing.finish();
      if (target.closest("[data-zone-cancel]")) this.take(this.tool);
      for (const op of ["undo", "redo"]) {
        if (!target.closest(`[data-zone-${op}]`)) continue;
        event.preventDefault();
        void this.send({ op });
      }
    });
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.map.on("click", (event) => this.picked(event));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !["look", "merge", "point"].includes(this.tool)) return;
      event.preventDefault();
      const centre = this.map.getCenter();
      this.pick(this.layers.at(this.map.project(centre)), [centre.lng, centre.lat]);
    });
  }

  private onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches("input, textarea")) return;
    const key = event.key.toLowerCase();
    const op = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    if (!op) return;
    event.preventDefault();
    void this.send({ op });
  }

  /** Takes a tool in hand and drops what was begun with the one before. */
  private take(tool: Tool): void {
    this.tool = tool;
    this.held = undefined;
    this.layers.showFault();
    this.drawing.clear();
    const draws = { draw: "polygon", split: "linestring", border: "linestring" } as const;
    const drawn = tool in draws;
    this.drawing.tool = drawn ? draws[tool as keyof typeof draws] : "static";
    for (const name of ["finish", "cancel"]) {
      this.desk.querySelector<HTMLElement>(`[data-zone-${name}]`)!.hidden = !drawn;
    }
    this.showOptions();
    this.say(this.desk.dataset[`msg${tool[0]!.toUpperCase()}${tool.slice(1)}`] ?? "");
    this.markChosen();
  }

  private showOptions(): void {
    for (const option of this.desk.querySelectorAll<HTMLElement>("[data-for]")) {
      option.hidden = !option.dataset["for"]!.split(" ").includes(this.tool);
    }
  }

  private markChosen(): void {
    if (this.tool === "split") this.layers.mark([this.field("[data-zone-split]")?.value ?? ""].filter(Boolean));
    else this.layers.mark(this.tool === "merge" ? this.merged() : []);
  }

  private merged(): string[] {
    const boxes = this.desk.querySelectorAll<HTMLInputElement>("[name=merged]:checked");
    return [...boxes].map(({ value }) => value);
  }

  private field(selector: string): HTMLSelectElement | null {
    return this.desk.querySelector<HTMLSelectElement>(selector);
  }

  private picked({ point, lngLat }: MapMouseEvent): void {
    this.pick(this.layers.at(point), [lngLat.lng, lngLat.lat]);
  }

  private pick(code: string | undefined, place: Position): void {
    if (this.tool === "merge" && code) {
      const box = this.desk.querySelector<HTMLInputElement>(`[name=merged][value="${CSS.escape(code)}"]`);
      if (box) box.checked = !box.checked;
      this.markChosen();
    }
    if (this.tool !== "point") return;
    if (!this.held) {
      this.held = place;
      this.layers.showFault(place);
      this.say(this.desk.dataset["msgPointTo"] ?? "");
      return;
    }
    const at = this.held;
    this.held = undefined;
    void this.send({ op: "point", at, to: place, snap: this.snap() });
  }

  private async drawn(shapes: Drawn[]): Promise<void> {
    const geometry = shapes[0]?.geometry;
    if (!geometry || this.isSending) return;
    const act: Record<string, unknown> = { op: this.tool, geometry, snap: this.snap() };
    if (this.tool === "draw") {
      act["zone"] = this.field("[data-zone-target]")?.value ?? "";
      act["only_free"] = this.desk.querySelector<HTMLInputElement>("[data-zone-free]")?.checked ?? false;
    } else if (this.tool === "split") act["zone"] = this.field("[data-zone-split]")?.value ?? "";
    else if (this.tool !== "border") return;
    await this.send(act);
  }

  private snap(): number {
    return this.desk.querySelector<HTMLInputElement>("[data-zone-snap]")?.checked ? snapMetres : 0;
  }

  private async merge(): Promise<void> {
    await this.send({ op: "merge", zones: this.merged() });
  }

  /** Sends one step; the answer is the new state, or what is wrong and where. */
  private async send(act: Record<string, unknown>): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.layers.showFault();
    try {
      await this.takeAnswer(await this.post(act));
    } catch {
      this.say(this.desk.dataset["msgFailed"] ?? "");
    } finally {
      this.isSending = false;
    }
  }

  private post(act: Record<string, unknown>): Promise<Response> {
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
    return fetch(this.desk.dataset["step"]!, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ ...act, position: this.position }),
    });
  }

  private async takeAnswer(answer: Response): Promise<void> {
    if (!answer.ok) {
      const problem = (await answer.json()) as Problem;
      this.drawing.clear();
      this.layers.showFault(problem.place);
      this.say(problem.detail ?? this.desk.dataset["msgFailed"] ?? "", true);
      return;
    }
    const state = (await answer.json()) as State;
    this.position = state.position;
    this.drawing.clear();
    this.layers.show(state.zones);
    this.say(this.desk.dataset["msgDone"] ?? "");
    await refreshParts();
    this.showOptions();
    this.markChosen();
  }

  private say(text: string, isFault = false): void {
    this.said.textContent = text;
    this.said.classList.toggle("is-bad", isFault);
  }
}
