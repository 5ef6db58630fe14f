/** The crew's pages: shows what is to do, takes in what was done, and lets it wait for a network. */
import { Book } from "./book";
import { ForeignCode, readScanned, readTyped } from "./codes";
import { Desk } from "./desk";
import { made, button, filled } from "./dom";
import { keepPages, keepProgram, keepTiles } from "./offline";
import { Position, metresBetween } from "./position";
import { readPhoto, Scanner } from "./scanner";
import { Sender } from "./sending";
import { Store } from "./store";
import type { PhoneData, Queued, Sign } from "./types";

class CrewPage {
  private book: Book | undefined;
  private replacing: Sign | undefined;
  private readonly sender: Sender;
  private readonly desk: Desk;
  private readonly scanner: Scanner;
  private readonly position = new Position(() => this.showDistances());

  constructor(
    private readonly root: HTMLElement,
    private readonly store: Store,
  ) {
    const { data, sync } = root.dataset;
    this.sender = new Sender(store, { data: data!, sync: sync! }, (fresh) => void this.refresh(fresh));
    this.scanner = new Scanner(this.part<HTMLVideoElement>("video"), (text) => this.scanned(text));
    this.desk = new Desk(this.part("title"), this.part("panel"), {
      position: this.position,
      save: (queued) => this.save(queued),
      scan: (replacing) => void this.scan(replacing),
      close: () => this.part<HTMLDialogElement>("dialog").close(),
    });
    this.wire();
  }

  async start(): Promise<void> {
    await this.refresh(await this.store.data());
    const allowed = await navigator.permissions?.query({ name: "geolocation" });
    if (allowed?.state === "granted") this.position.watch();
    await this.sender.soon();
  }

  private part<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    return this.root.querySelector<Kind>(`[data-crew-${name}]`)!;
  }

  private get text(): Record<string, string> {
    return this.book?.data.words.text ?? {};
  }

  private wire(): void {
    const dialog = this.part<HTMLDialogElement>("dialog");
    this.part("scan").addEventListener("click", () => void this.scan());
    this.part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.scanner.stop());
    this.part("open-next").addEventListener("click", () => {
      const stop = this.book?.next(this.round);
      if (stop) this.open(stop.sign);
    });
    for (const opener of document.querySelectorAll<HTMLElement>("[data-crew-open]")) {
      opener.addEventListener("click", () => this.open(Number(opener.dataset["crewOpen"])));
    }
    this.part("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = this.part<HTMLFormElement>("typed").elements.namedItem("code") as HTMLInputElement;
      this.take(readTyped(value));
    });
    this.part("code-photo").addEventListener("change", (event) => void this.readPhoto(event));
  }

  /** New data, or the same data with another queue: everything on the page is written again. */
  private async refresh(fresh?: PhoneData): Promise<void> {
    const data = fresh ?? this.book?.data;
    const queue = await this.store.queue();
    if (data) {
      this.book = new Book(data, queue);
      this.desk.book = this.book;
      this.showStops();
    }
    this.showStatus(queue);
    this.showQueue(queue);
    if (fresh && this.sender.mood === "idle" && navigator.onLine) void this.keepForLater(fresh);
  }

  private get round() {
    return this.book?.round(Number(this.root.dataset["round"]));
  }

  private async keepForLater(data: PhoneData): Promise<void> {
    const { town, scope, tiles } = this.root.dataset;
    const rounds = data.rounds.map(({ id }) => `${scope!}rounds/${id}/`);
    try {
      await keepPages(town!, [scope!, ...rounds]);
      await keepProgram();
      this.root.dataset["kept"] = "pages";
      await keepTiles(town!, tiles!, data);
      this.root.dataset["kept"] = "all";
    } catch {
      // The network went away meanwhile; what is kept is kept, and the next time goes on.
    }
  }

  private async scan(replacing?: Sign): Promise<void> {
    this.replacing = replacing;
    this.position.watch();
    const dialog = this.part<HTMLDialogElement>("dialog");
    this.desk.begin(replacing ? this.text["replace_hint"]! : this.part("scan").textContent!.trim());
    this.problem("");
    this.part("camera").hidden = false;
    if (!dialog.open) dialog.showModal();
    this.part("camera-note").textContent = this.text["scan_hint"] ?? "";
    try {
      await this.scanner.start();
    } catch {
      this.part("camera-note").textContent = this.text["no_camera"] ?? "";
    }
  }

  private scanned(text: string): void {
    try {
      this.take(readScanned(text, this.book?.data.origin ?? ""));
    } catch (error) {
      if (!(error instanceof ForeignCode)) throw error;
      this.problem(this.text["foreign"]!);
    }
  }

  private async readPhoto(event: Event): Promise<void> {
    const photo = (event.target as HTMLInputElement).files?.[0];
    const text = photo && (await readPhoto(photo));
    if (text) this.scanned(text);
    else this.problem(this.text["no_code_in_photo"]!);
  }

  /** A code was read: what now depends on whose it is. */
  private take(code: string | undefined): void {
    const sign = code && this.book?.byCode(code);
    if (!sign) {
      this.problem(this.text[code ? "unknown" : "mistyped"] ?? "");
      return;
    }
    this.closeCamera();
    if (this.replacing) void this.desk.replace(this.replacing, sign);
    else void this.desk.scanned(sign, this.isAnother(sign));
  }

  private isAnother(sign: Sign): boolean {
    const next = this.book?.next(this.round);
    return Boolean(next && sign.site !== null && !this.round!.stops.some(({ sign: id }) => id === sign.id));
  }

  private open(id: number): void {
    const sign = this.book?.sign(id);
    if (!sign) return;
    this.closeCamera();
    const dialog = this.part<HTMLDialogElement>("dialog");
    if (!dialog.open) dialog.showModal();
    this.desk.opened(sign);
  }

  private closeCamera(): void {
    this.scanner.stop();
    this.problem("");
    this.part("camera").hidden = true;
    this.part<HTMLFormElement>("typed").reset();
  }

  private problem(sentence: string): void {
    this.part("problem").textContent = sentence;
  }

  private async save(queued: Queued): Promise<void> {
    await this.store.add(queued);
    await this.refresh();
    void this.sender.soon();
  }

  private showStops(): void {
    const stop = this.book!.next(this.round);
    const sign = stop && this.book!.sign(stop.sign);
    this.part("next").hidden = !this.round;
    this.part("open-next").hidden = !sign;
    this.part("next-name").textContent = sign ? sign.name : (this.text["all_done"] ?? "");
    this.part("next-note").textContent = sign ? sign.note : "";
    this.part("next-position").textContent = stop ? `${this.round!.stops.indexOf(stop) + 1}` : "";
    for (const row of document.querySelectorAll<HTMLElement>("[data-crew-stop]")) this.showRow(row);
    this.showProgress();
    this.showDistances();
  }

  private showProgress(): void {
    const progress = document.querySelector("[data-crew-progress]");
    if (!progress || !this.round) return;
    const { stops } = this.round;
    const done = stops.filter((stop) => this.book!.isDone(stop)).length;
    progress.textContent = filled(this.text["progress"]!, { done, total: stops.length });
  }

  private showRow(row: HTMLElement): void {
    const id = Number(row.dataset["crewStop"]);
    const stop = this.round?.stops.find(({ sign }) => sign === id);
    const sign = this.book!.sign(id);
    if (!stop || !sign) return;
    const isDone = this.book!.isDone(stop);
    row.classList.toggle("is-done", isDone);
    const badge = row.querySelector<HTMLElement>("[data-crew-badge]")!;
    badge.textContent = this.book!.data.words.states[sign.state] ?? "";
    badge.className = `badge ${this.book!.isWaiting(id) ? "is-warn" : isDone ? "is-good" : ""}`;
  }

  private showDistances(): void {
    const here = this.position.place;
    if (!here || !this.book) return;
    const say = (element: Element | null, sign: Sign | undefined) => {
      const place = sign?.place;
      if (element) element.textContent = place ? this.desk.distance(metresBetween(here, place)) : "";
    };
    const next = this.book.next(this.round);
    say(this.part("next-distance"), next && this.book.sign(next.sign));
    for (const row of document.querySelectorAll<HTMLElement>("[data-crew-stop]")) {
      say(row.querySelector("[data-crew-far]"), this.book.sign(Number(row.dataset["crewStop"])));
    }
  }

  private showStatus(queue: Queued[]): void {
    const waiting = queue.filter(({ state }) => state !== "refused").length;
    const refused = queue.length - waiting;
    const { mood } = this.sender;
    const parts = [
      mood === "idle" || mood === "sending" ? "" : this.text[mood],
      waiting ? filled(this.text["waiting"] ?? "", { n: waiting }) : "",
      refused ? filled(this.text["refused"] ?? "", { n: refused }) : "",
      mood === "idle" && !queue.length ? this.text["sent"] : "",
    ];
    const status = this.part("status");
    status.textContent = this.book ? parts.filter(Boolean).join(" ") : (this.root.dataset["noData"] ?? "");
    status.dataset["mood"] = refused ? "refused" : mood === "idle" && waiting ? "waiting" : mood;
    this.part("sign-in").hidden = mood !== "sign_in";
    this.root.dataset["waiting"] = String(queue.length);
    this.root.dataset["mood"] = mood;
  }

  private showQueue(queue: Queued[]): void {
    this.part("queue").hidden = !queue.length;
    this.part("queue-count").textContent = String(queue.length);
    this.part("queue-list").replaceChildren(...queue.map((queued) => this.queueRow(queued)));
  }

  private queueRow(queued: Queued): HTMLElement {
    const sentence = queued.state === "other" ? (this.text["other_person"] ?? "") : queued.sentence;
    const row = made("li", {}, made("span", {}, queued.label));
    if (sentence) row.append(made("span", { class: "crew-refusal" }, sentence));
    if (queued.state === "refused") {
      row.append(
        button(this.text["again"]!, "", () => void this.again(queued)),
        button(this.text["remove"]!, "", () => void this.forget(queued)),
      );
    }
    return row;
  }

  private async again(queued: Queued): Promise<void> {
    await this.store.change({ ...queued, state: "waiting", sentence: "" });
    await this.refresh();
    void this.sender.soon();
  }

  private async forget(queued: Queued): Promise<void> {
    await this.store.remove(queued.seq!);
    await this.refresh();
  }
}

const root = document.querySelector<HTMLElement>("[data-crew]");
if (root) {
  const store = await Store.open(root.dataset["town"]!);
  await new CrewPage(root, store).start();
}
