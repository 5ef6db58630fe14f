/** Lets the crew's pages open without a network. It answers only for what it kept: never a rating page, never a form. */
interface Kept {
  town: string;
  home: string;
  tiles: string;
  brand: string;
  files: string[];
}

/** The few words of a service worker that the DOM library of TypeScript does not know. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  crew: Kept;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(type: "fetch", act: (event: Asked) => void): void;
}

const scope = self as unknown as WorkerScope;
const { town, home, tiles, brand, files } = scope.crew;
const pages = `megdan-crew-pages-${town}`;
const ground = `megdan-crew-tiles-${town}`;
const program = `megdan-crew-files-${town}`;
/** A slow network is no reason to wait when the page is here. */
const patienceMs = 4000;

scope.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldFiles().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromShelf(program, request));
  else if (url.pathname.startsWith(tiles)) {
    // What describes the tiles names their version; the tiles of a version never change.
    const isDescription = url.pathname.endsWith(".json");
    event.respondWith(isDescription ? fresh(ground, request) : fromShelf(ground, request));
  }
  else if (url.pathname === brand || url.pathname === `/${town}/arms.png`) {
    event.respondWith(fresh(pages, request));
  } else if (request.mode === "navigate" && url.pathname.startsWith(home)) {
    event.respondWith(fresh(pages, request));
  }
});

async function keepFiles(): Promise<void> {
  const shelf = await caches.open(program);
  await shelf.addAll(files.map((file) => new Request(file, { cache: "reload" })));
}

/** Files whose names carry a hash change their names with each version: those of the last one go. */
async function forgetOldFiles(): Promise<void> {
  const shelf = await caches.open(program);
  const current = new Set(files.map((file) => new URL(file, location.origin).href));
  const kept = await shelf.keys();
  await Promise.all(
    kept.filter((request) => !current.has(request.url)).map((request) => shelf.delete(request)),
  );
}

/** What is on the shelf; else from the network, and onto the shelf. */
async function fromShelf(name: string, request: Request): Promise<Response> {
  const shelf = await caches.open(name);
  const known = await shelf.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await shelf.put(request, answer.clone());
  return answer;
}

/** From the network if it answers soon; else what is on the shelf. */
async function fresh(name: string, request: Request): Promise<Response> {
  const shelf = await caches.open(name);
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected && answer.type === "basic") {
      await shelf.put(request, answer.clone());
    }
    return answer;
  });
  const known =
    (await shelf.match(request, { ignoreVary: true })) ??
    (request.mode === "navigate" ? await shelf.match(home, { ignoreVary: true }) : undefined);
  if (!known) return asked;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(known), patienceMs));
  return Promise.race([asked.catch(() => known), late]);
}

export {};
