/** One key for each thing that can be done; never while somebody types. */
const typing = "input:not([type=checkbox], [type=radio]), textarea, select, dialog";

/** Whether a key press is meant for the page and not for a field or the browser. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return false;
  return !(event.target instanceof Element && event.target.closest(typing));
}

/** Does what `data-key` names: opens the fold and goes to its first field, or presses the button. */
export function press(key: string, within: ParentNode = document): boolean {
  const found = within.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found instanceof HTMLDetailsElement) {
    found.open = true;
    const field = found.querySelector<HTMLElement>("select, textarea, input:not([type=hidden])");
    (field ?? found.querySelector("summary"))?.focus();
    found.scrollIntoView({ block: "nearest" });
  } else found.click();
  return true;
}

/** Enter sends a form from its choice, Ctrl and Enter from anywhere in it. */
export function wireSending(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLElement)) return;
    const isChoice = event.target instanceof HTMLSelectElement && !("caseTemplate" in event.target.dataset);
    if (!isChoice && !event.ctrlKey) return;
    const form = event.target.closest("form");
    if (!form || form.method !== "post") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector<HTMLButtonElement>("button[type=submit]") ?? undefined);
  });
}

/** The list of keys, by “?” or its button. */
export function wireHelp(): () => void {
  const dialog = document.querySelector<HTMLDialogElement>("[data-desk-help]");
  const opener = document.querySelector<HTMLButtonElement>("[data-desk-help-open]");
  const show = (): void => dialog?.showModal();
  if (opener && dialog) {
    opener.hidden = false;
    opener.addEventListener("click", show);
  }
  return show;
}
