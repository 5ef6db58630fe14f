/** Signing out clears what the crew's pages keep on this phone, and asks first while entries wait to be sent. */
const countPrefix = "megdan-crew-waiting-";

export function wireSignOut(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset["cleared"]) return;
      event.preventDefault();
      if (waiting() && !confirm(form.dataset["waiting"] ?? "")) return;
      void clear().finally(() => {
        form.dataset["cleared"] = "yes";
        form.requestSubmit();
      });
    });
  }
}

function waiting(): number {
  let count = 0;
  for (let index = 0; index < localStorage.length; index++) {
    const name = localStorage.key(index);
    if (name?.startsWith(countPrefix)) count += Number(localStorage.getItem(name));
  }
  return count;
}

/** Pages and data go; the queue stays, because it is work that nobody else has. */
async function clear(): Promise<void> {
  if ("caches" in window) {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith("megdan-crew-pages-")).map((name) => caches.delete(name)),
    );
  }
  const databases = (await indexedDB.databases?.()) ?? [];
  for (const { name } of databases) if (name?.startsWith("megdan-crew-")) await clearData(name);
}

function clearData(name: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = indexedDB.open(name);
    asked.onerror = () => resolve();
    asked.onsuccess = () => {
      const database = asked.result;
      const work = database.transaction("data", "readwrite");
      work.objectStore("data").clear();
      work.oncomplete = work.onabort = () => {
        database.close();
        resolve();
      };
    };
  });
}
