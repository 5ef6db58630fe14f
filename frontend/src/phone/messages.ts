/** Shows messages of the town while no page is open, and opens the page a message is about. */
import { scope, told, type Pushed } from "./worker-scope";

interface Message {
  title?: string;
  body?: string;
  url?: string;
  tag?: string;
  lang?: string;
}

export function showMessages(): void {
  const { home, icon, name } = told.push;

  scope.addEventListener("push", (event) => {
    const message = read(event);
    const url = own(message.url, home);
    // A message that came twice is shown once.
    const { body = "", tag = url, lang = "" } = message;
    const options = { body, icon, tag, lang, data: { url } };
    event.waitUntil(scope.registration.showNotification(message.title ?? name, options));
  });

  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(own((event.notification.data as Message | null)?.url, home)));
  });
}

function read(event: Pushed): Message {
  try {
    return (event.data?.json() as Message | null) ?? {};
  } catch {
    return {};
  }
}

/** A page of this town; whatever else a message names, the own notices are opened. */
function own(url: string | undefined, home: string): string {
  const wanted = new URL(url ?? home, location.origin);
  return wanted.origin === location.origin ? wanted.href : new URL(home, location.origin).href;
}

async function open(url: string): Promise<void> {
  const pages = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const known = pages.find((page) => page.url === url);
  await (known ? known.focus() : scope.clients.openWindow(url));
}
