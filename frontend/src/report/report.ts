/* What a report map does beyond drawing: says what lies under the pointer, and moves through time. All words come from
   a block of data and are set as text, never as markup. */

interface Shape {
  feature?: { id?: string | number };
  bindTooltip(content: () => HTMLElement, options: object): void;
  bindPopup(content: () => HTMLElement): void;
  setStyle(style: object): void;
}

interface Layer {
  eachLayer(visit: (shape: Shape) => void): void;
}

interface Step {
  label: string;
  words: Record<string, string[]>;
  styles: Record<string, object>;
}

interface Data {
  words: Record<string, string[]>;
  steps: Step[];
}

function data(): Data {
  const block = document.getElementById("report-data");
  return JSON.parse(block?.textContent ?? '{"words": {}, "steps": []}') as Data;
}

/** The lines as text, the first one bold. */
function written(lines: string[]): HTMLElement {
  const box = document.createElement("div");
  lines.forEach((line, place) => {
    const part = document.createElement(place === 0 ? "strong" : "div");
    part.textContent = line;
    box.append(part);
  });
  return box;
}

function speak(layer: Layer, words: (key: string) => string[]) {
  layer.eachLayer((shape) => {
    const key = String(shape.feature?.id ?? "");
    if (words(key).length === 0) return;
    const content = () => written(words(key));
    shape.bindTooltip(content, { sticky: true });
    shape.bindPopup(content);
  });
}

/** Say what lies under the pointer or the finger. */
function words(layer: Layer) {
  const all = data().words;
  speak(layer, (key) => all[key] ?? []);
}

/** Colour the shapes as they were in the period that the slider stands at. */
function slider(layer: Layer) {
  const { steps } = data();
  const range = document.querySelector<HTMLInputElement>("#report-step");
  const label = document.querySelector<HTMLOutputElement>("#report-label");
  if (!range || !label) return;
  const show = () => {
    const step = steps[Number(range.value)];
    if (!step) return;
    label.textContent = step.label;
    range.setAttribute("aria-valuetext", step.label);
    layer.eachLayer((shape) => shape.setStyle(step.styles[String(shape.feature?.id ?? "")] ?? {}));
  };
  const move = (by: number) => {
    range.value = String(Number(range.value) + by);
    show();
  };
  range.addEventListener("input", show);
  document.querySelector("#report-back")?.addEventListener("click", () => move(-1));
  document.querySelector("#report-on")?.addEventListener("click", () => move(1));
  speak(layer, (key) => steps[Number(range.value)]?.words[key] ?? []);
  show();
}

/** Draw once there is room: a frame has no width before its page is laid out, and in none a map shows the whole earth
    and heat cannot be drawn at all. */
function whenWide(draw: () => void) {
  const box = document.querySelector<HTMLElement>(".drawing") ?? document.body;
  new ResizeObserver((_sizes, observer) => {
    if (box.clientWidth === 0 || box.clientHeight === 0) return;
    observer.disconnect();
    draw();
  }).observe(box);
}

/* The heat layer reads its picture back at every move; told so, the browser keeps it where that is quick. */
const context = HTMLCanvasElement.prototype.getContext as (kind: string, settings?: object) => RenderingContext | null;
Object.assign(HTMLCanvasElement.prototype, {
  getContext(this: HTMLCanvasElement, kind: string, settings?: object) {
    return context.call(this, kind, { willReadFrequently: true, ...settings });
  },
});

Object.assign(window, { megdanReport: { whenWide, words, slider } });

export {};
