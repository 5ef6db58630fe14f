/** Light, dark or as the device says; the choice stays in this browser and is sent nowhere. */
export const themeChanged = "megdan:theme";

export function wireThemeSwitch(): void {
  const buttons = document.querySelectorAll<HTMLButtonElement>("[data-theme-choice]");
  const root = document.documentElement;
  const mark = () => {
    const now = root.dataset["theme"] ?? "auto";
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === now));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = button.dataset["themeChoice"];
      if (choice === "light" || choice === "dark") {
        root.dataset["theme"] = choice;
        localStorage.setItem("megdan-theme", choice);
      } else {
        delete root.dataset["theme"];
        localStorage.removeItem("megdan-theme");
      }
      mark();
      document.dispatchEvent(new CustomEvent(themeChanged));
    });
  }
  mark();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent(themeChanged));
  });
}
