/** Sets the chosen look before the first paint, so that a dark page never flashes white. */
const chosen = localStorage.getItem("megdan-theme");
if (chosen === "light" || chosen === "dark") {
  document.documentElement.dataset["theme"] = chosen;
}
document.documentElement.classList.add("has-script");
