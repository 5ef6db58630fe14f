/** What the worker keeps of pages, program and map, and how long it asks the network before it answers from there. */
import type { PhoneStore } from "./store";
import { told } from "./worker-scope";

const { town, version } = told;
export const program = `megdan-files-${town}-${version}`;
export const shell = `megdan-shell-${town}-${version}`;
export const crewPages = `megdan-crew-pages-${town}`;
export const small = `megdan-small-${town}`;
export const ground = `megdan-tiles-${town}`;

/** Tiles that were seen, the oldest go first; the crew's rounds alone may take 600. */
const mostTiles = 900;
const trimmedAt = 50;
const freshMs = 12 * 3_600_000;
let tilesAdded = 0;

/** What the pages of one version need, in the language they were shown in last. */
export async function keepProgram(store: PhoneStore): Promise<void> {
  const shelf = await caches.open(program);
  await shelf.addAll(told.files.map((file) => new Request(file, { cache: "reload" })));
  const kept = await store.fact<Kept>("kept");
  if (kept) await keepShell(kept.language);
}

interface Kept {
  language: string;
  version: string;
  at: number;
}

/** The pages in this language and the town's own small file, unless they are here and new. */
export async function keepForLater(store: PhoneStore, language: string, now = Date.now()): Promise<void> {
  const kept = await store.fact<Kept>("kept");
  const isHere = kept?.language === language && kept.version === version && now - kept.at < freshMs;
  if (isHere && (await caches.has(shell))) return;
  await keepShell(language);
  const shelf = await caches.open(small);
  for (const url of told.small) {
    // Asked with what is known: an unchanged file is not sent again.
    const answer = await fetch(url, { cache: "no-cache" });
    if (answer.ok) await shelf.put(url, answer);
  }
  await store.keepFact("kept", { language, version, at: now } satisfies Kept);
}

/** Without cookies: whoever takes the phone next finds an empty form and no name. */
async function keepShell(language: string): Promise<void> {
  const shelf = await caches.open(shell);
  for (const page of told.shell) {
    const answer = await fetch(page, {
      credentials: "omit",
      cache: "reload",
      headers: { "Accept-Language": language, Accept: "text/html" },
    });
    if (answer.ok && !answer.redirected) await shelf.put(page, answer);
  }
}

/** The crew's program and the map's. */
export async function keepWhole(): Promise<void> {
  const shelf = await caches.open(program);
  for (const file of told.program) if (!(await shelf.match(file))) await shelf.add(file);
}

/** Shelves of other versions go; what is not the program's stays. */
export async function forgetOldVersions(): Promise<void> {
  const own = [`megdan-files-${town}-`, `megdan-shell-${town}-`];
  for (const name of await caches.keys()) {
    const isOurs = own.some((start) => name.startsWith(start));
    if (isOurs && name !== program && name !== shell) await caches.delete(name);
  }
}

/** What is on the shelf; else from the network, and onto the shelf. */
export async function fromShelf(name: string, request: Request): Promise<Response> {
  const shelf = await caches.open(name);
  const known = await shelf.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    await shelf.put(request, answer.clone());
    if (name === ground) await trimTiles(shelf);
  }
  return answer;
}

/** From the network if it answers soon; else what is on the shelf, else what `instead` finds. */
export async function fresh(
  name: string,
  request: Request,
  { patienceMs = 4000, keeps = true, instead }: Manner = {},
): Promise<Response> {
  const shelf = await caches.open(name);
  const asked = fetch(request).then(async (answer) => {
    if (keeps && answer.ok && !answer.redirected && answer.type === "basic") {
      await shelf.put(request, answer.clone());
    }
    return answer;
  });
  const known =
    (await shelf.match(request, { ignoreVary: true, ignoreSearch: !keeps })) ?? (await instead?.());
  if (!known) return asked;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(known), patienceMs));
  return Promise.race([asked.catch(() => known), late]);
}

interface Manner {
  patienceMs?: number;
  keeps?: boolean;
  instead?: () => Promise<Response | undefined>;
}

/** The page that says what works without a network. */
export async function phonePage(): Promise<Response | undefined> {
  return (await caches.open(shell)).match(told.phone, { ignoreVary: true });
}

async function trimTiles(shelf: Cache): Promise<void> {
  tilesAdded += 1;
  if (tilesAdded % trimmedAt) return;
  const kept = (await shelf.keys()).filter(({ url }) => url.includes(".mvt"));
  for (const old of kept.slice(0, Math.max(0, kept.length - mostTiles))) await shelf.delete(old);
}

