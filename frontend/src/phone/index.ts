/** On every page of a town: the worker, the strip that says what waits, new versions, and the offer to install. */
import { made } from "../crew/dom";
import { moodOf, Pacer, whenOnline, type Mood } from "./delivery";
import { changedEvent, saveAll, sendEvent, tell } from "./events";
import { Reports } from "./reports";
import { PhoneStore, type KeptReport } from "./store";

/** The first view comes first; who stays gets the worker. */
const beginMs = 2500;
/** Pages that are for use without a network begin at once. */
const atOnce = "[data-report], [data-crew], [data-push], [data-waiting-list], [data-scan], [data-where]";

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

class Phone {
  private readonly pacer = new Pacer(() => this.attempt());
  private readonly reports: Reports;
  private readonly sentHere = new Set<string>();
  private mood: Mood = "idle";

  constructor(
    private readonly root: HTMLElement,
    private readonly store: PhoneStore,
  ) {
    this.reports = new Reports(store, root.dataset["sync"]!, () => tell(changedEvent));
    addEventListener(changedEvent, () => void this.show());
    addEventListener(sendEvent, () => void this.pacer.soon());
  }

  async start(): Promise<void> {
    if (document.querySelector("[data-report-done]")) await this.dropLeft();
    await this.show();
    await this.pacer.soon();
  }

  /** Whether something still waits. */
  private async attempt(): Promise<boolean> {
    const before = await this.store.reports();
    const waits = (one: KeptReport) => one.state === "waiting";
    // While the town asks whether it is the same as another report, nobody has decided yet.
    const asksLeft = !document.querySelector("[data-report-going]");
    if (!before.some(waits) && !(asksLeft && before.some(({ state }) => state === "leaving"))) return false;
    for (const one of before) if (waits(one)) this.sentHere.add(one.key);
    this.mood = "sending";
    await this.show();
    try {
      if (asksLeft) await this.reports.settleLeft();
      await this.reports.send();
      this.mood = "idle";
      this.pacer.rest();
    } catch (error) {
      this.mood = moodOf(error);
    }
    tell(changedEvent);
    const isLeft = (await this.store.reports()).some(waits);
    if (isLeft) void whenOnline("reports");
    return isLeft;
  }

  /** The strip: what waits, what was refused, what was sent just now. */
  private async show(): Promise<void> {
    const { dataset } = this.root;
    const reports = await this.store.reports();
    const count = (state: string) => reports.filter((one) => one.state === state).length;
    const strip = this.root.querySelector<HTMLElement>("[data-phone-strip]")!;
    const waiting = count("waiting");
    const parts: (Node | string)[] = [];
    if (waiting) {
      const say = this.mood === "sending" ? dataset["msgSending"] : dataset["msgWaiting"];
      parts.push(`${say} ${waiting}. `, this.link());
    } else if (count("refused") + count("other")) parts.push(`${dataset["msgRefused"]} `, this.link());
    for (const one of reports) {
      if (one.state !== "sent" || !this.sentHere.has(one.key)) continue;
      const reference = made("a", { href: one.receipt! }, one.reference!);
      parts.push(made("span", { class: "phone-sent" }, `${dataset["msgSent"]} `, reference));
    }
    strip.replaceChildren(...parts);
    strip.dataset["state"] = waiting ? "waiting" : parts.length ? "told" : "";
    this.root.dataset["waiting"] = String(waiting);
  }

  private link(): HTMLElement {
    const { page, msgLook } = this.root.dataset;
    return made("a", { href: page! }, msgLook!);
  }

  /** It was joined with another report: that is what became of the one being written. */
  private async dropLeft(): Promise<void> {
    for (const { key, state } of await this.store.reports()) {
      if (state === "leaving") await this.store.remove(key);
    }
  }
}

async function work(root: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { worker, scope } = root.dataset;
  const hadWorker = Boolean(navigator.serviceWorker.controller);
  const registered = await navigator.serviceWorker.register(worker!, { scope: scope! });
  if (hadWorker) offerNew(root, registered);
  const { active } = await navigator.serviceWorker.ready;
  const answer = new MessageChannel();
  answer.port1.onmessage = () => (root.dataset["kept"] = "yes");
  active?.postMessage({ kind: "keep", language: document.documentElement.lang }, [answer.port2]);
}

/** A new version waits until the reader wants it; what is being typed is kept first. */
function offerNew(root: HTMLElement, registered: ServiceWorkerRegistration): void {
  const bar = root.querySelector<HTMLElement>("[data-phone-new]")!;
  const look = () => {
    if (registered.waiting) bar.hidden = false;
  };
  look();
  registered.addEventListener("updatefound", () => {
    registered.installing?.addEventListener("statechange", look);
  });
  bar.querySelector("button")!.addEventListener("click", () => {
    void saveAll().then(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        location.replace(location.pathname + location.search);
      });
      registered.waiting?.postMessage({ kind: "skip" });
    });
  });
}

/** Where the browser can install, a hint that can be put away for good. */
function offerInstall(root: HTMLElement): void {
  const hint = root.querySelector<HTMLElement>("[data-phone-install]")!;
  const away = `megdan-install-away-${root.dataset["town"]}`;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    // Where somebody came to do something, nothing is offered.
    const isHere = [root.dataset["scope"], root.dataset["page"]].includes(location.pathname);
    if (!isHere || localStorage.getItem(away)) return;
    hint.hidden = false;
    hint.querySelector("[data-phone-install-now]")!.addEventListener("click", () => {
      hint.hidden = true;
      void (event as InstallEvent).prompt();
    });
  });
  hint.querySelector("[data-phone-install-away]")!.addEventListener("click", () => {
    hint.hidden = true;
    localStorage.setItem(away, "1");
  });
}

async function begin(root: HTMLElement): Promise<void> {
  offerInstall(root);
  const early = document.querySelector(atOnce) !== null;
  if (!early) await new Promise((resolve) => setTimeout(resolve, beginMs));
  await work(root).catch((error: unknown) => {
    // A private window may refuse the worker; the pages work without it.
    if (!(error instanceof DOMException || error instanceof TypeError)) reportError(error);
  });
}

const root = document.querySelector<HTMLElement>("[data-phone]");
if (root && "indexedDB" in window) {
  void begin(root);
  const store = await PhoneStore.open(root.dataset["town"]!);
  await new Phone(root, store).start();
}
