/** Marks parts of a picture with pointer or finger; the fields below the picture do the same by numbers. */

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

const stage = document.querySelector<HTMLElement>("[data-cover]");
const picture = stage?.querySelector("img");
const drawn = document.querySelector<HTMLInputElement>("[data-cover-drawn]");
const undo = document.querySelector<HTMLButtonElement>("[data-cover-undo]");
const note = document.querySelector<HTMLElement>("[data-cover-note]");
const parts: Part[] = [];
const svgNamespace = "http://www.w3.org/2000/svg";
/** In per cent; a touch that only wobbles marks nothing. */
const least = 0.5;

/** Where the pointer is, in per cent of the picture. */
function place(event: PointerEvent, seen: HTMLElement): [number, number] {
  const box = seen.getBoundingClientRect();
  const within = (value: number): number => Math.min(100, Math.max(0, value));
  return [
    within(((event.clientX - box.left) / box.width) * 100),
    within(((event.clientY - box.top) / box.height) * 100),
  ];
}

function between([x1, y1]: [number, number], [x2, y2]: [number, number]): Part {
  return {
    x: Math.min(x1, x2),
    y: Math.min(y1, y2),
    width: Math.abs(x1 - x2),
    height: Math.abs(y1 - y2),
  };
}

if (stage && picture && drawn && undo && note) {
  const sheet = document.createElementNS(svgNamespace, "svg");
  sheet.setAttribute("viewBox", "0 0 100 100");
  sheet.setAttribute("preserveAspectRatio", "none");
  sheet.setAttribute("aria-hidden", "true");
  stage.append(sheet);
  let start: [number, number] | undefined;

  const show = (open?: Part): void => {
    const all = open ? [...parts, open] : parts;
    sheet.replaceChildren(
      ...all.map((part) => {
        const shape = document.createElementNS(svgNamespace, "rect");
        for (const [name, value] of Object.entries(part)) shape.setAttribute(name, String(value));
        return shape;
      }),
    );
    drawn.value = JSON.stringify(
      parts.map((part) => ({ ...part, width: Math.max(0.1, part.width), height: Math.max(0.1, part.height) })),
    );
    undo.hidden = parts.length === 0;
    note.textContent = parts.length ? `${note.dataset["one"] ?? ""} ${parts.length}` : "";
  };

  stage.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    start = place(event, picture);
  });
  stage.addEventListener("pointermove", (event) => {
    if (start) show(between(start, place(event, picture)));
  });
  stage.addEventListener("pointerup", (event) => {
    if (!start) return;
    const part = between(start, place(event, picture));
    start = undefined;
    if (part.width >= least && part.height >= least) parts.push(part);
    show();
  });
  stage.addEventListener("pointercancel", () => {
    start = undefined;
    show();
  });
  undo.addEventListener("click", () => {
    parts.pop();
    show();
  });
  show();
}
