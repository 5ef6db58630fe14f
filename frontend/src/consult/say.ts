/** Takes the place that somebody touched on the map into the form; an address or a neighbourhood does the same without it. */
import { pickEvent, type Pick } from "../events";

const form = document.querySelector<HTMLFormElement>("form[data-say]");
const field = (name: string) => form?.querySelector<HTMLInputElement>(`input[name=${name}]`);

form?.querySelector("megdan-map")?.addEventListener(pickEvent, (event) => {
  const { longitude, latitude } = (event as CustomEvent<Pick>).detail;
  field("longitude")!.value = longitude.toFixed(6);
  field("latitude")!.value = latitude.toFixed(6);
  field("where")!.value = "";
  const said = form.querySelector<HTMLElement>("[data-say-place]");
  if (said) said.textContent = said.dataset["msgSet"] ?? "";
});
