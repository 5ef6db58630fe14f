/** The consent to messages on this device: asks the browser for an address and sends it with the form. */
const form = document.querySelector<HTMLFormElement>("[data-push]");

if (form) void offer(form);

async function offer(form: HTMLFormElement): Promise<void> {
  const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!can) return say(form, form.dataset.msgUnable);
  if (Notification.permission === "denied") return say(form, form.dataset.msgDenied);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void agree(form);
  });
}

async function agree(form: HTMLFormElement): Promise<void> {
  say(form, form.dataset.msgAsking);
  if ((await Notification.requestPermission()) !== "granted") {
    return say(form, form.dataset.msgDenied);
  }
  try {
    const { key } = form.dataset;
    // The page registers the town's worker by itself; an address is given only to one that runs.
    const registered = await navigator.serviceWorker.ready;
    const known = await registered.pushManager.getSubscription();
    const got =
      known ??
      (await registered.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: key!,
      }));
    const { endpoint, keys } = got.toJSON();
    field(form, "endpoint").value = endpoint ?? "";
    field(form, "p256dh").value = keys?.p256dh ?? "";
    field(form, "auth").value = keys?.auth ?? "";
    form.submit();
  } catch {
    say(form, form.dataset.msgFailed);
  }
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function say(form: HTMLFormElement, words: string | undefined): void {
  const status = form.parentElement!.querySelector<HTMLElement>("[data-push-status]")!;
  status.textContent = words ?? "";
}

export {};
