/** A report that is being written is kept on this phone until the server has it, with its photos. */
import { changedEvent, saveEvent, sendEvent, tell, type Saving } from "../phone/events";
import { Reports } from "../phone/reports";
import { askToKeep, PhoneStore, type KeptPhoto, type KeptReport } from "../phone/store";
import { placeEvent } from "./place";

const pauseMs = 300;
/** What the form carries by itself, and what is not worth keeping alone. */
const notKept = new Set(["csrfmiddlewaretoken", "photos", "drop", "once", "told"]);
const notTyped = new Set(["shape", "accuracy", "asked", "is_named", "sign"]);
/** A page that begins at a sign, a place or a point begins a new report. */
const begins = ["sign", "site", "lon"];

export class Draft {
  photos: () => KeptPhoto[] = () => [];
  areHeld: () => boolean = () => true;
  private timer = 0;
  private isGone = false;

  private constructor(
    private readonly form: HTMLFormElement,
    private readonly store: PhoneStore,
    private report: KeptReport,
  ) {}

  /** The draft of this form: the one that was refused, the one asked for, the newest, or a new one. */
  static async begin(form: HTMLFormElement): Promise<Draft> {
    const store = await PhoneStore.open(form.dataset["town"]!);
    const known = await found(form, store);
    const key = known?.key ?? (form.dataset["bound"] && once(form).value ? once(form).value : crypto.randomUUID());
    const draft = new Draft(form, store, known ?? fresh(key, form));
    once(form).value = key;
    if (known && !form.dataset["bound"]) draft.fill();
    draft.report.state = "draft";
    draft.report.person = form.dataset["person"] ?? "";
    return draft;
  }

  get keptPhotos(): KeptPhoto[] {
    return this.report.photos;
  }

  wire(): void {
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.keep(), pauseMs);
    };
    for (const name of ["input", "change", placeEvent]) this.form.addEventListener(name, soon);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.keep();
    });
    addEventListener(saveEvent, (event) => (event as Saving).detail.push(this.keep()));
    addEventListener("pageshow", () => (this.isGone = false));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      // A second press would be a second report; coming back by the browser's button frees the form again.
      if (!this.isGone) void this.leave();
      this.isGone = true;
    });
    this.say();
  }

  /** Write down what is there, if there is anything. */
  async keep(): Promise<void> {
    clearTimeout(this.timer);
    if (this.isGone || !this.isWorthKeeping()) return;
    this.read();
    await this.store.put(this.report);
    this.say();
  }

  private isWorthKeeping(): boolean {
    const hasTyped = typed(this.form).some(([name, value]) => value && !notTyped.has(name));
    return hasTyped || this.photos().length > 0;
  }

  private read(): void {
    const chosen = this.form.querySelector<HTMLElement>("input[name=category]:checked + span");
    const label = chosen?.firstChild?.textContent?.trim() ?? "";
    this.report = { ...this.report, fields: typed(this.form), photos: [...this.photos()], label };
  }

  /** By the browser where there seems to be a network and the server has the photos; else it waits here. */
  private async leave(): Promise<void> {
    clearTimeout(this.timer);
    this.read();
    const goes = navigator.onLine && this.areHeld();
    await this.store.put({ ...this.report, state: goes ? "leaving" : "waiting", sentence: "", failures: 0 });
    askToKeep();
    if (goes) {
      this.form.submit();
      return;
    }
    tell(changedEvent);
    tell(sendEvent);
    location.assign(this.form.dataset["phonePage"]!);
  }

  private fill(): void {
    const values = new Map<string, string[]>();
    for (const [name, value] of this.report.fields) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of this.form.elements) {
      const { name, type } = field as HTMLInputElement;
      if (!name || notKept.has(name) || type === "file" || type === "submit") continue;
      const own = values.get(name) ?? [];
      if (type === "radio" || type === "checkbox") {
        const box = field as HTMLInputElement;
        box.checked = own.includes(box.value);
      } else (field as HTMLInputElement).value = own[0] ?? "";
    }
    this.form.querySelector("input[name=category]:checked")?.closest("details")?.setAttribute("open", "");
    const mail = this.form.querySelector<HTMLInputElement>("input[name=email]");
    if (mail?.value) mail.closest("details")?.setAttribute("open", "");
  }

  private say(): void {
    const said = this.form.querySelector<HTMLElement>("[data-draft]");
    const isKept = this.isWorthKeeping();
    if (said) said.textContent = isKept ? (this.form.dataset["msgDraft"] ?? "") : "";
  }
}

async function found(form: HTMLFormElement, store: PhoneStore): Promise<KeptReport | undefined> {
  if (form.dataset["bound"]) return store.report(once(form).value);
  const asked = new URLSearchParams(location.search);
  const wanted = asked.get("kept");
  if (wanted) {
    const one = await store.report(wanted);
    return one && one.state !== "sent" && mayShow(one, form) ? one : undefined;
  }
  if (begins.some((name) => asked.has(name))) return undefined;
  await askWhatLeft(form, store);
  return (await store.reports()).filter((one) => one.state === "draft" && mayShow(one, form)).at(-1);
}

/** What was written under a name is shown to nobody else. */
function mayShow({ person }: KeptReport, form: HTMLFormElement): boolean {
  return !person || person === form.dataset["person"];
}

/** A form that went off and is not answered for: only what the server has not got is a draft. */
async function askWhatLeft(form: HTMLFormElement, store: PhoneStore): Promise<void> {
  if (!(await store.reports()).some(({ state }) => state === "leaving")) return;
  await new Reports(store, form.dataset["sync"]!).settleLeft().catch(() => undefined);
}

function fresh(key: string, form: HTMLFormElement): KeptReport {
  const person = form.dataset["person"] ?? "";
  return {
    key, person, state: "draft", changed: 0, label: "", fields: [], photos: [], sentence: "", failures: 0,
  };
}

function typed(form: HTMLFormElement): [string, string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !notKept.has(name)) fields.push([name, value]);
  }
  const sign = new URLSearchParams(location.search).get("sign");
  if (sign && !fields.some(([name]) => name === "sign")) fields.push(["sign", sign]);
  return fields;
}

function once(form: HTMLFormElement): HTMLInputElement {
  return form.querySelector<HTMLInputElement>("input[name=once]")!;
}
