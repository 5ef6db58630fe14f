/** Shows messages of the town while no page is open, and opens the page a message is about. It answers no requests. */
interface Told {
  title?: string;
  body?: string;
  url?: string;
  tag?: string;
  lang?: string;
}

/** The few words of a service worker that the DOM library of TypeScript does not know. */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushed extends Waiting {
  data: { json(): unknown } | null;
}
interface Clicked extends Waiting {
  notification: Notification;
}
interface Window_ {
  url: string;
  focus(): Promise<unknown>;
}
interface WorkerScope {
  push: { home: string; icon: string; name: string };
  registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(wanted: { type: "window"; includeUncontrolled: boolean }): Promise<Window_[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(type: "push", act: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", act: (event: Clicked) => void): void;
}

const scope = self as unknown as WorkerScope;
const { home, icon, name } = scope.push;

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener("push", (event) => {
  const told = read(event);
  const url = own(told.url);
  // A message that came twice is shown once.
  const options = { body: told.body ?? "", icon, tag: told.tag ?? url, lang: told.lang ?? "", data: { url } };
  event.waitUntil(scope.registration.showNotification(told.title ?? name, options));
});

scope.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(own((event.notification.data as Told | null)?.url)));
});

function read(event: Pushed): Told {
  try {
    return (event.data?.json() as Told | null) ?? {};
  } catch {
    return {};
  }
}

/** A page of this town; whatever else a message names, the own notices are opened. */
function own(url: string | undefined): string {
  const wanted = new URL(url ?? home, location.origin);
  return wanted.origin === location.origin ? wanted.href : new URL(home, location.origin).href;
}

async function open(url: string): Promise<void> {
  const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const known = pages.find((page) => page.url === url);
  await (known ? known.focus() : scope.clients.openWindow(url));
}

export {};
