/** Finding the kind of fault while typing; the server knows the words, this only shows and hides. */
const pauseMs = 150;

export function wireCategories(): void {
  const input = document.querySelector<HTMLInputElement>("input[data-find]");
  if (!input) return;
  const said = document.querySelector<HTMLElement>("[data-found]");
  const groups = [...document.querySelectorAll<HTMLDetailsElement>("details[data-group]")];
  let timer = 0;
  let request: AbortController | undefined;

  const show = (codes: Set<string> | undefined) => {
    for (const group of groups) {
      let left = 0;
      for (const tile of group.querySelectorAll<HTMLElement>("[data-code]")) {
        const fits = !codes || codes.has(tile.dataset["code"] ?? "");
        tile.hidden = !fits;
        if (fits) left += 1;
      }
      group.hidden = left === 0;
      // Only one of a name can be open; while searching all that fit are.
      if (codes) group.removeAttribute("name");
      else group.setAttribute("name", "report-group");
      group.open = codes ? left > 0 : group.querySelector("input:checked") !== null;
    }
    if (said) said.textContent = codes ? (said.dataset["msgCount"] ?? "").replace("%s", String(codes.size)) : "";
  };

  const ask = async () => {
    request?.abort();
    const typed = input.value.trim();
    if (!typed) {
      show(undefined);
      return;
    }
    request = new AbortController();
    const url = new URL(input.dataset["find"]!, location.href);
    url.searchParams.set("q", typed);
    try {
      const answer = await fetch(url, { signal: request.signal });
      if (!answer.ok) return;
      const { codes } = (await answer.json()) as { codes: string[] };
      show(new Set(codes));
    } catch (error) {
      // Enter still asks the server for the whole page.
      if (!(error instanceof DOMException)) show(undefined);
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), pauseMs);
  });
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask();
  });
}
