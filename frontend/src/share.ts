/** Share buttons: the phone's own sheet where there is one, else the link goes to the clipboard and is shown. */
export function wireShare(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-share-url]")) {
    button.hidden = false;
    button.addEventListener("click", () => void share(button));
  }
}

async function share(button: HTMLButtonElement): Promise<void> {
  const url = button.dataset["shareUrl"] ?? location.href;
  const note = button.parentElement?.querySelector<HTMLElement>("[data-share-note]");
  const data = { url, title: button.dataset["shareTitle"] ?? document.title };
  if (navigator.canShare?.(data)) {
    try {
      await navigator.share(data);
    } catch (error) {
      // Closing the phone's sheet is a choice, not a fault; anything else falls through to copying.
      if (error instanceof DOMException && error.name === "AbortError") return;
      await copy(url, button, note);
    }
    return;
  }
  await copy(url, button, note);
}

async function copy(
  url: string,
  button: HTMLButtonElement,
  note: HTMLElement | null | undefined,
): Promise<void> {
  let copied = false;
  try {
    await navigator.clipboard.writeText(url);
    copied = true;
  } catch {
    // No permission, or plain http: the link itself is then shown to be copied by hand.
  }
  if (note) note.textContent = copied ? (button.dataset["copied"] ?? url) : url;
}
