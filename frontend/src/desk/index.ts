/** The desk by keyboard and in three panes; every page of it works without this script. */
import { wireCase } from "./case";
import { isForPage, press, wireHelp, wireSending } from "./keys";
import { Panes } from "./panes";

const desk = document.querySelector<HTMLElement>("[data-desk]");
const panes = desk ? new Panes(desk) : undefined;
const help = wireHelp();
wireSending();
if (!desk) wireCase(document);

async function act(key: string): Promise<void> {
  if (press(key) || !panes) return;
  const row = panes.current;
  if (row && "arnqf".includes(key) && (await panes.open(row))) press(key);
}

document.addEventListener("keydown", (event) => {
  if (!isForPage(event)) return;
  if (event.key === "?") help();
  else if (event.key === "/") document.querySelector<HTMLElement>("[data-desk-search]")?.focus();
  else if (event.key === "j") panes?.step(1);
  else if (event.key === "k") panes?.step(-1);
  else if (/^[a-z1-9]$/.test(event.key)) void act(event.key);
  else return;
  event.preventDefault();
});
