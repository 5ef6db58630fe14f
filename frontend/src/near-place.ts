/** The place of the home page: found by the phone, chosen on a page of ours, remembered on this device alone. */

const longestKept = 100;

export function wireNearPlace(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-locate]");
  if (button && "geolocation" in navigator) {
    button.hidden = false;
    button.addEventListener("click", locate);
  }
  const home = document.querySelector<HTMLElement>("[data-home]");
  if (home) remember(home, new Memory(`megdan-place-${home.dataset["home"]!}`));
}

/** Local storage may be forbidden; then the place stands in the page's address alone. */
class Memory {
  constructor(private readonly key: string) {}

  get(): string {
    try {
      const kept = localStorage.getItem(this.key) ?? "";
      // Only what the page itself writes: one place, no other address.
      return /^(zone=\d+|address=\d+|lon=-?[\d.]+&lat=-?[\d.]+)$/.test(kept) ? kept : "";
    } catch {
      return "";
    }
  }

  set(query: string): void {
    try {
      if (query && query.length <= longestKept) localStorage.setItem(this.key, query);
      else localStorage.removeItem(this.key);
    } catch {
      // The page works without a memory.
    }
  }
}

function remember(home: HTMLElement, memory: Memory): void {
  for (const link of document.querySelectorAll("[data-forget-place]")) {
    link.addEventListener("click", () => memory.set(""));
  }
  const { place } = home.dataset;
  if (home.dataset["placeUnknown"] !== undefined) memory.set("");
  // Whoever only opens a link that somebody sent has chosen nothing.
  else if (place) memory.set(document.referrer.startsWith(`${location.origin}/`) ? place : memory.get());
  else if (home.dataset["hasHome"] === undefined && !location.search) open(memory.get());
}

function open(query: string): void {
  if (query) location.replace(`${location.pathname}?${query}`);
}

function locate(this: HTMLButtonElement): void {
  const said = this.form?.querySelector<HTMLElement>("[data-locate-said]");
  const say = (name: string) => said && (said.textContent = this.dataset[name] ?? "");
  say("msgLocating");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (!isInside(coords, this.dataset["limits"] ?? "")) {
        say("msgOutside");
        return;
      }
      // Ten metres tell enough; an address of a page need not say where exactly somebody stands.
      const query = { lon: coords.longitude.toFixed(4), lat: coords.latitude.toFixed(4) };
      location.assign(`${location.pathname}?${new URLSearchParams(query).toString()}`);
    },
    () => say("msgFailed"),
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
  );
}

function isInside({ longitude, latitude }: GeolocationCoordinates, limits: string): boolean {
  const [west, south, east, north] = limits.split(",").map(Number);
  return longitude >= west! && longitude <= east! && latitude >= south! && latitude <= north!;
}
