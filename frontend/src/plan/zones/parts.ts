/** Brings the page's own lists and forms up to date after a step made on the map. */

/** Replaces every marked part by the one of the page as it is now; focus and choices stay. */
export async function refreshParts(): Promise<void> {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  const chosen = [...document.querySelectorAll<HTMLSelectElement | HTMLInputElement>("#zone-options [id]")];
  for (const part of document.querySelectorAll<HTMLElement>("[data-zone-part]")) {
    const next = fresh.getElementById(part.id);
    if (next) part.replaceWith(document.importNode(next, true));
  }
  for (const before of chosen) keep(before);
  if (focused) document.getElementById(focused)?.focus();
}

function keep(before: HTMLSelectElement | HTMLInputElement): void {
  const field = document.getElementById(before.id);
  if (field instanceof HTMLInputElement && before instanceof HTMLInputElement) field.checked = before.checked;
  if (!(field instanceof HTMLSelectElement)) return;
  if ([...field.options].some(({ value }) => value === before.value)) field.value = before.value;
}
