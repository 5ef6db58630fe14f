/** Buttons that put words of the page on the clipboard; where that is not allowed, the words are selected instead. */
export function wireCopy(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const words = document.getElementById(button.dataset["copy"] ?? "");
  if (!words) return;
  const note = noteBeside(button);
  try {
    await navigator.clipboard.writeText(words.innerText.trim());
    note.textContent = button.dataset["done"] ?? "";
  } catch {
    getSelection()?.selectAllChildren(words);
    note.textContent = button.dataset["failed"] ?? "";
  }
}

/** Said aloud by screen readers when its text changes, so it is there before. */
function noteBeside(button: HTMLButtonElement): HTMLElement {
  const there = button.parentElement?.querySelector<HTMLElement>("[role=status]");
  if (there) return there;
  const note = document.createElement("span");
  note.setAttribute("role", "status");
  button.parentElement?.append(note);
  return note;
}
