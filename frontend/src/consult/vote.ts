/* Says under a ballot how much is left while it is filled in. The server decides; without this it is told on sending. */

const onPage = document.querySelector<HTMLFormElement>("form[data-ballot]");
const total = onPage?.querySelector<HTMLElement>("[data-ballot-total]");

/** Crosses, points, or money in cents that are still to be given. */
function left(ballot: HTMLFormElement): number {
  const most = Number(ballot.dataset.most);
  if (ballot.dataset.ballot === "points") {
    const inputs = ballot.querySelectorAll<HTMLInputElement>("input[type=number]");
    return [...inputs].reduce((rest, input) => rest - (Number(input.value) || 0), most);
  }
  const chosen = [...ballot.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked")];
  if (ballot.dataset.ballot === "approval") return most - chosen.length;
  const cents = (money: string | undefined) => Math.round(Number(money) * 100);
  return chosen.reduce((rest, input) => rest - cents(input.dataset.cost), cents(ballot.dataset.budget));
}

function told(ballot: HTMLFormElement, rest: number): string {
  if (ballot.dataset.ballot !== "knapsack") return String(rest);
  const digits = rest % 100 === 0 ? 0 : 2;
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${format.format(rest / 100)}\u00a0${ballot.dataset.currency ?? ""}`;
}

function show(ballot: HTMLFormElement, line: HTMLElement): void {
  const rest = left(ballot);
  const words = rest < 0 ? line.dataset.over : line.dataset.left?.replace("{left}", told(ballot, rest));
  line.textContent = words ?? "";
  line.classList.toggle("is-over", rest < 0);
  line.hidden = false;
}

/** In how many zones beside the own one something is chosen. */
function zonesUsed(ballot: HTMLFormElement): number {
  const rows = [...ballot.querySelectorAll<HTMLElement>("[data-zone]")];
  const chosen = rows.filter((row) => {
    const input = row.querySelector<HTMLInputElement>("input");
    return input?.type === "number" ? Number(input.value) > 0 : input?.checked;
  });
  return new Set(chosen.map((row) => row.dataset.zone)).size;
}

function showZones(ballot: HTMLFormElement, line: HTMLElement): void {
  const used = zonesUsed(ballot);
  const most = line.dataset.ballotZones ?? "0";
  const isOver = used > Number(most);
  const left = line.dataset.left?.replace("{used}", String(used)).replace("{most}", most);
  line.textContent = (isOver ? line.dataset.over : left) ?? "";
  line.classList.toggle("is-over", isOver);
  line.hidden = false;
}

if (onPage && total) {
  onPage.addEventListener("input", () => show(onPage, total));
  show(onPage, total);
}

const zones = onPage?.querySelector<HTMLElement>("[data-ballot-zones]");
if (onPage && zones) {
  onPage.addEventListener("input", () => showZones(onPage, zones));
  showZones(onPage, zones);
}
