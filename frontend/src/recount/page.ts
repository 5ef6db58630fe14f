/** The page that counts again: it shows what the file in it, or another one, gives. */
import { count, type Counted } from "./count";

interface Kept {
  file: string;
  winners: string[];
  digest: string;
  words: Record<string, string>;
}

declare global {
  var megdanRecount: { count: typeof count };
}

globalThis.megdanRecount = { count };

if (typeof document !== "undefined") begin();

function begin(): void {
  const kept = JSON.parse(document.getElementById("data")!.textContent ?? "") as Kept;
  const said = document.getElementById("said")!;
  void show(said, kept, kept.file, kept.winners);
  document.getElementById("other")!.addEventListener("change", (event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file) void file.text().then((text) => show(said, kept, text));
  });
}

async function show(said: HTMLElement, { words, digest }: Kept, text: string, published?: string[]) {
  said.replaceChildren();
  let counted: Counted;
  try {
    counted = count(text);
  } catch (error) {
    said.append(element("p", `${words["bad"]} ${(error as Error).message}`, "bad"));
    return;
  }
  if (published) {
    const isSame = JSON.stringify([...published].sort()) === JSON.stringify([...counted.winners].sort());
    said.append(element("p", words[isSame ? "same" : "other"]!, isSame ? "good" : "bad"));
  }
  said.append(table(counted, words));
  const { currency } = counted;
  said.append(element("p", `${words["spent"]}: ${counted.spent} ${currency}`));
  said.append(element("p", `${words["budget"]}: ${counted.budget} ${currency}`));
  said.append(element("p", `${words["voters"]}: ${counted.voters}`));
  said.append(element("p", words["order"]!.replace("%(rule)s", counted.rule)));
  const found = await sha256(text);
  const shown = found || (published ? digest : "");
  if (shown) said.append(element("p", `${words["digest"]}: ${shown}`, "breaking"));
}

function table({ projects, winners }: Counted, words: Record<string, string>): HTMLElement {
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const name of ["code", "project", "result", "votes", "cost"]) {
    const cell = element("th", words[name]!);
    cell.setAttribute("scope", "col");
    head.append(cell);
  }
  const body = made.createTBody();
  const order = [...projects].sort(
    (one, other) =>
      Number(other.wins) - Number(one.wins) ||
      winners.indexOf(one.code) - winners.indexOf(other.code) ||
      other.votes - one.votes,
  );
  for (const one of order) {
    const row = body.insertRow();
    const cells = [one.code, one.name, one.wins ? words["wins"]! : "–", String(one.votes), one.cost];
    cells.forEach((text) => row.append(element("td", text)));
    if (one.wins) row.className = "wins";
  }
  return made;
}

function element(tag: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

/** Of the file; nothing where the browser does not reckon it for a page from the disk. */
async function sha256(text: string): Promise<string> {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
