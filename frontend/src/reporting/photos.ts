/** Photos are kept on this phone and leave as soon as they are chosen, so that sending the report is quick.
    Without this they go with the form. */
import { smaller } from "../phone/pictures";
import type { KeptPhoto } from "../phone/store";
import { takenAt } from "./exif";
import type { Place } from "./place";

const thumb = 128;
/** Others' photos are being read: this one waits for its turn and is sent again by itself. */
const busy = 503;
const mostTurns = 20;

export class Photos {
  readonly kept: KeptPhoto[] = [];
  private readonly most: number;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly place: Place,
    private readonly changed: () => void,
  ) {
    this.most = Number(form.dataset["most"]);
    const input = form.querySelector<HTMLInputElement>("input[type=file][name=photos]");
    input?.addEventListener("change", () => {
      const files = [...(input.files ?? [])].slice(0, this.most - this.list.children.length);
      // They leave now; the form must not carry them again.
      input.value = "";
      void this.take(files);
    });
  }

  /** Photos of a draft: what the server still holds has its row already, the rest is sent again. */
  async restore(photos: KeptPhoto[]): Promise<void> {
    const rows = [...this.list.querySelectorAll<HTMLInputElement>("input[name=drop]")];
    const held = new Set(rows.map(({ value }) => value));
    for (const photo of photos) {
      this.kept.push(photo);
      if (photo.held && held.has(photo.held)) continue;
      delete photo.held;
      await this.addRow(photo);
    }
    await this.sendKept();
  }

  /** Whether the form by itself brings every photo along. */
  get areHeld(): boolean {
    return this.kept.every(({ held }) => held);
  }

  private get list(): HTMLUListElement {
    return this.form.querySelector<HTMLUListElement>("[data-photos]")!;
  }

  private say(name: string, text?: string): void {
    const said = this.form.querySelector<HTMLElement>("[data-photo-status]")!;
    said.textContent = text ?? this.form.dataset[name] ?? "";
    // The row of the photo shows that it is ready; who does not see it hears it.
    said.classList.toggle("visually-hidden", name === "msgKept");
  }

  private async take(files: File[]): Promise<void> {
    for (const file of files) {
      const taken = await takenAt(file);
      if (taken) this.place.fromPhoto(taken);
    }
    this.say("msgSending");
    for (const file of files) {
      // What this browser cannot draw goes as it is; the server says whether it can.
      const photo: KeptPhoto = { blob: await smaller(file).catch(() => file) };
      this.kept.push(photo);
      const refused = await this.send(photo);
      if (refused !== undefined) {
        this.kept.splice(this.kept.indexOf(photo), 1);
        this.say("", refused || (this.form.dataset["msgNoPhoto"] ?? ""));
        return;
      }
      await this.addRow(photo);
      this.changed();
    }
    this.say(this.areHeld ? "msgKept" : "msgOnPhone");
  }

  private async sendKept(): Promise<void> {
    for (const photo of this.kept) if (!photo.held) await this.send(photo);
    if (this.kept.length && !this.areHeld) this.say("msgOnPhone");
  }

  /** Undefined when the server took it or cannot be reached, else why not. */
  private async send(photo: KeptPhoto): Promise<string | undefined> {
    const body = new FormData();
    body.set("photo", photo.blob, "photo.jpg");
    try {
      const { refused, photos } = await this.post(body);
      const held = photos?.at(-1);
      if (held) photo.held = held;
      return refused;
    } catch {
      return undefined; // no network: it stays on this phone and goes with the report
    }
  }

  private async post(body: FormData): Promise<{ refused?: string; photos?: string[] }> {
    const token = this.form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")!.value;
    const ask = () =>
      fetch(this.form.dataset["photo"]!, { method: "POST", body, headers: { "X-CSRFToken": token } });
    let answer = await ask();
    for (let turn = 0; answer.status === busy && turn < mostTurns; turn++) {
      this.say("msgTurn");
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("Retry-After") ?? 2)));
      answer = await ask();
    }
    // The page was kept from another day and its token is not this visit's: the photo waits on this phone.
    if (answer.status === 403) return {};
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    const told = isJson ? ((await answer.json()) as { detail?: string; photos?: string[] }) : {};
    return answer.ok ? { photos: told.photos ?? [] } : { refused: told.detail ?? "" };
  }

  private async addRow(photo: KeptPhoto): Promise<void> {
    const row = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = thumb;
    canvas.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.textContent = this.form.dataset[photo.held ? "msgKept" : "msgOnPhone"] ?? "";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button";
    remove.textContent = this.form.dataset["msgRemove"] ?? "";
    remove.addEventListener("click", () => void this.drop(photo, row));
    row.append(canvas, name, remove);
    this.list.append(row);
    await draw(photo.blob, canvas);
  }

  /** What the server holds leaves there first, else it would go with the form all the same. */
  private async drop(photo: KeptPhoto, row: HTMLElement): Promise<void> {
    if (photo.held) {
      const body = new FormData();
      body.set("drop", photo.held);
      const isGone = await this.post(body).then(
        ({ refused }) => refused === undefined,
        () => false,
      );
      if (!isGone) return this.say("msgNoPhoto");
    }
    this.kept.splice(this.kept.indexOf(photo), 1);
    row.remove();
    this.changed();
  }
}

async function draw(blob: Blob, canvas: HTMLCanvasElement): Promise<void> {
  try {
    const picture = await createImageBitmap(blob);
    const side = Math.min(picture.width, picture.height);
    const left = (picture.width - side) / 2;
    const top = (picture.height - side) / 2;
    canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, thumb, thumb);
    picture.close();
  } catch {
    canvas.remove();
  }
}
