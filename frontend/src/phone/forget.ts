/** Clears this phone: what belongs to somebody at sign-out, everything when the reader wants it. */
import { deleteDB } from "idb";
import { PhoneStore } from "./store";

/** At sign-out: drafts, receipts, pages and tiles go. What waits to be sent stays, because nobody else has it. */
export async function forgetPerson(town: string): Promise<void> {
  await forgetShelves((name) => name.startsWith("megdan-crew-pages-") || name === `megdan-tiles-${town}`);
  const store = await PhoneStore.open(town);
  for (const { key, state } of await store.reports()) {
    if (state === "draft" || state === "sent") await store.remove(key);
  }
}

/** The worker, every page, tile, draft, report and entry of one town. */
export async function forgetPhone(town: string): Promise<void> {
  const all = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  for (const one of all) if (new URL(one.scope).pathname.startsWith(`/${town}/`)) await one.unregister();
  await forgetShelves((name) => name.startsWith("megdan-") && new RegExp(`-${town}(-[0-9a-f]+)?$`).test(name));
  for (const kind of ["phone", "crew"]) {
    // An open page may hold it; the browser deletes it when that is gone.
    void deleteDB(`megdan-${kind}-${town}`);
  }
}

async function forgetShelves(isMeant: (name: string) => boolean): Promise<void> {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (isMeant(name)) await caches.delete(name);
}
