/** The one worker of a town's pages: opens some of them without a network, sends what waits, shows messages.
    It answers only for what is named here: never a rating page (those lie outside its reach), and of votes it keeps nothing. */
import { Courier } from "../crew/courier";
import { Store } from "../crew/store";
import { alone } from "./delivery";
import { showMessages } from "./messages";
import { Reports } from "./reports";
import * as shelves from "./shelves";
import { PhoneStore } from "./store";
import { scope, told } from "./worker-scope";

const { town, crew } = told;
/** A page that asks nothing of the reader is shown from the network, if that takes no longer. */
const shellPatienceMs = 8000;
const listed = new Set([...told.files, ...told.program].map(pathOf));
const shellPaths = new Set(told.shell.map(pathOf));
const smallPaths = new Set(told.small.map(pathOf));

showMessages();

scope.addEventListener("install", (event) => {
  // A new version waits until the reader says so: no page changes under somebody's fingers.
  event.waitUntil(PhoneStore.open(town).then(shelves.keepProgram));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(shelves.forgetOldVersions().then(() => scope.clients.claim()));
});

scope.addEventListener("message", (event) => {
  const { kind, language } = event.data ?? {};
  const done = () => event.ports[0]?.postMessage("done");
  if (kind === "skip") event.waitUntil(scope.skipWaiting());
  if (kind === "program") event.waitUntil(shelves.keepWhole().finally(done));
  if (kind === "keep" && language) {
    const kept = PhoneStore.open(town).then((store) => shelves.keepForLater(store, language));
    // Without a network there is nothing to fetch; the next page asks again.
    event.waitUntil(kept.catch(() => undefined).finally(done));
  }
});

scope.addEventListener("sync", (event) => {
  if (event.tag === "reports") event.waitUntil(sendReports());
  if (event.tag === "crew") event.waitUntil(sendCrew());
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (isPage && request.method === "POST" && url.pathname === told.report) {
    event.respondWith(leave(request));
  }
  if (request.method !== "GET") return;
  if (listed.has(url.pathname)) event.respondWith(file(request));
  else if (url.pathname.startsWith(told.tiles)) event.respondWith(tile(request, url));
  else if (smallPaths.has(url.pathname)) event.respondWith(shelves.fresh(shelves.small, request));
  else if (isPage) event.respondWith(page(request, url));
});

/** Where names say nothing of what is in a file, the network is asked first. */
function file(request: Request): Promise<Response> {
  return told.hashed
    ? shelves.fromShelf(shelves.program, request)
    : shelves.fresh(shelves.program, request);
}

/** What describes the tiles names their version; the tiles of a version never change. */
function tile(request: Request, url: URL): Promise<Response> {
  const isDescription = url.pathname.endsWith(".json");
  return isDescription
    ? shelves.fresh(shelves.ground, request)
    : shelves.fromShelf(shelves.ground, request);
}

async function page(request: Request, url: URL): Promise<Response> {
  if (url.pathname.startsWith(crew.home)) {
    const home = async () =>
      (await (await caches.open(shelves.crewPages)).match(crew.home, { ignoreVary: true })) ??
      shelves.phonePage();
    return shelves.fresh(shelves.crewPages, request, { instead: home, patienceMs: 4000 });
  }
  if (shellPaths.has(url.pathname)) {
    return shelves.fresh(shelves.shell, request, { keeps: false, patienceMs: shellPatienceMs });
  }
  try {
    return await fetch(request);
  } catch (error) {
    const known = await shelves.phonePage();
    if (known) return known;
    throw error;
  }
}

/** A report on its way. When the network fails under it, it waits on this phone, where the page has kept it. */
async function leave(request: Request): Promise<Response> {
  const body = request.clone();
  try {
    return await fetch(request);
  } catch {
    if (!(await isMeToo(body))) {
      const store = await PhoneStore.open(town);
      for (const report of await store.reports()) {
        if (report.state === "leaving") await store.put({ ...report, state: "waiting" });
      }
    }
    return Response.redirect(told.phone, 303);
  }
}

/** Whoever says “me too” has not asked for a report of their own. */
async function isMeToo(request: Request): Promise<boolean> {
  const isPlain = request.headers.get("Content-Type")?.startsWith("application/x-www-form-urlencoded");
  if (!isPlain) return false;
  return new URLSearchParams(await request.text()).get("decided") !== "new";
}

async function sendReports(): Promise<void> {
  await new Reports(await PhoneStore.open(town), told.sync).send();
}

async function sendCrew(): Promise<void> {
  const store = await Store.open(town);
  await alone(`crew-${town}`, async () => {
    await new Courier(store, crew).run();
  });
}

function pathOf(url: string): string {
  return new URL(url, location.origin).pathname;
}
