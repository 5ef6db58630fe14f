/** Registration and the printed card: small helps over pages that work without them. */
import { pickEvent, type Pick } from "./events";

/** The code of a scanned card stands behind the #, which browsers send to nobody; it leaves the address line at once. */
function wireCard(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-card]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!form || !code) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.querySelector<HTMLInputElement>("input[name=code]")!.value = code;
}

function wireHome(form: HTMLFormElement): void {
  const field = (name: string) => form.querySelector<HTMLInputElement>(`input[name=${name}]`);
  const said = form.querySelector<HTMLElement>("[data-pin]");
  form.querySelector("megdan-map")?.addEventListener(pickEvent, (event) => {
    const { longitude, latitude } = (event as CustomEvent<Pick>).detail;
    field("longitude")!.value = longitude.toFixed(6);
    field("latitude")!.value = latitude.toFixed(6);
    if (said) said.textContent = said.dataset["msgSet"] ?? "";
  });
  field("written")?.addEventListener("input", () => {
    const other = form.querySelector<HTMLInputElement>("input[name=home][value=other]");
    if (other) other.checked = true;
  });
  // A phone may drop the page while another app is in front; what was typed is fetched again with it.
  let sent = false;
  form.addEventListener("submit", () => {
    sent = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || sent) return;
    const typed = new FormData(form);
    typed.set("keep", "1");
    navigator.sendBeacon(location.pathname, typed);
  });
}

wireCard();
const home = document.querySelector<HTMLFormElement>("form[data-join]");
if (home) wireHome(home);
