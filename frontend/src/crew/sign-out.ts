/** Signing out clears what is kept of somebody on this phone, and asks first while anything waits to be sent. */
import { forgetPerson } from "../phone/forget";
import { PhoneStore } from "../phone/store";

const crewPrefix = "megdan-crew-";
const phonePrefix = "megdan-phone-";

export function wireSignOut(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset["cleared"]) return;
      event.preventDefault();
      void leave(form);
    });
  }
}

async function leave(form: HTMLFormElement): Promise<void> {
  const names = (await indexedDB.databases?.().catch(() => [])) ?? [];
  const kept = names.map(({ name }) => name ?? "");
  if ((await isAnythingWaiting(kept)) && !confirm(form.dataset["waiting"] ?? "")) return;
  for (const name of kept) {
    if (name.startsWith(phonePrefix)) await forgetPerson(name.slice(phonePrefix.length));
    if (name.startsWith(crewPrefix)) await within(name, "data", "readwrite", (store) => store.clear());
  }
  form.dataset["cleared"] = "yes";
  form.requestSubmit();
}

async function isAnythingWaiting(names: string[]): Promise<boolean> {
  for (const name of names) {
    if (name.startsWith(crewPrefix) && (await within(name, "queue", "readonly", (store) => store.count()))) return true;
    if (!name.startsWith(phonePrefix)) continue;
    const store = await PhoneStore.open(name.slice(phonePrefix.length));
    if ((await store.reports()).some(({ state }) => state === "waiting" || state === "refused")) return true;
  }
  return false;
}

/** One request to a table of a database as it is; undefined where there is no such table. */
function within<Value>(
  name: string,
  table: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const asked = indexedDB.open(name);
    asked.onerror = () => resolve(undefined);
    asked.onsuccess = () => {
      const database = asked.result;
      if (!database.objectStoreNames.contains(table)) return resolve(undefined);
      const work = database.transaction(table, mode);
      const answer = ask(work.objectStore(table));
      work.oncomplete = work.onabort = () => {
        database.close();
        resolve(answer.error ? undefined : answer.result);
      };
    };
  });
}
