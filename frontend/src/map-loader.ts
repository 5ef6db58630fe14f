/** Fetches the map's code only where there is a map and WebGL; everywhere else the list twin is the page. */
type MapModule = typeof import("./map/index");

export function loadMaps(): void {
  for (const element of document.querySelectorAll<HTMLElement>("megdan-map")) {
    void load(element);
  }
}

async function load(element: HTMLElement): Promise<void> {
  if (!hasWebGL()) {
    showList(element, "msgNoWebgl");
    return;
  }
  const message = element.querySelector<HTMLElement>("[data-map-message]");
  if (message) message.textContent = element.dataset["msgLoading"] ?? "";
  try {
    const { mountMap } = (await import(element.dataset["script"]!)) as MapModule;
    await mountMap(element);
  } catch (error) {
    showList(element, "msgFailed");
    reportError(error);
  }
}

function hasWebGL(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** Folds the map away and says why; the list beside it shows the same places. */
export function showList(element: HTMLElement, reason: "msgNoWebgl" | "msgFailed"): void {
  element.dataset["state"] = "list";
  const message = element.querySelector<HTMLElement>("[data-map-message]");
  if (message) message.textContent = element.dataset[reason] ?? "";
}
