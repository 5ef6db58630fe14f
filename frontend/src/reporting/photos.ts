/** Photos leave as soon as they are chosen, so that sending the report is quick; without this they go with the form. */
import { takenAt } from "./exif";
import type { Place } from "./place";

const thumb = 128;
/** Others' photos are being read: this one waits for its turn and is sent again by itself. */
const busy = 503;
const mostTurns = 20;

export function wirePhotos(form: HTMLFormElement, place: Place): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file][name=photos]");
  const list = form.querySelector<HTMLUListElement>("[data-photos]");
  const said = form.querySelector<HTMLElement>("[data-photo-status]");
  if (!input || !list || !said) return;
  const most = Number(form.dataset["most"]);
  const say = (name: string, text?: string) => {
    said.textContent = text ?? form.dataset[name] ?? "";
    // The row of the photo shows that it is ready; who does not see it hears it.
    said.classList.toggle("visually-hidden", name === "msgKept");
  };

  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])].slice(0, most - list.children.length);
    // They leave now; the form must not carry them again.
    input.value = "";
    void (async () => {
      for (const file of files) {
        const taken = await takenAt(file);
        if (taken) place.fromPhoto(taken);
      }
      say("msgSending");
      for (const file of files) {
        const refused = await send(file);
        if (refused !== undefined) {
          say("", refused || (form.dataset["msgNoPhoto"] ?? ""));
          return;
        }
        await addRow(file);
      }
      say("msgKept");
    })();
  });

  const held: string[] = [];

  /** Undefined when it was taken, else why not. */
  async function send(file: File): Promise<string | undefined> {
    const body = new FormData();
    body.set("photo", file);
    return post(body);
  }

  async function post(body: FormData): Promise<string | undefined> {
    const token = form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")!.value;
    try {
      const ask = () =>
        fetch(form.dataset["photo"]!, { method: "POST", body, headers: { "X-CSRFToken": token } });
      let answer = await ask();
      for (let turn = 0; answer.status === busy && turn < mostTurns; turn++) {
        say("msgTurn");
        await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("Retry-After") ?? 2)));
        answer = await ask();
      }
      if (!answer.ok) {
        const problem = answer.headers.get("Content-Type")?.includes("json")
          ? ((await answer.json()) as { detail?: string })
          : {};
        return problem.detail ?? "";
      }
      const { photos } = (await answer.json()) as { photos: string[] };
      held.splice(0, held.length, ...photos);
      return undefined;
    } catch {
      return "";
    }
  }

  async function addRow(file: File): Promise<void> {
    const id = held.at(-1) ?? "";
    const row = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = thumb;
    canvas.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.textContent = form.dataset["msgKept"] ?? "";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button";
    remove.textContent = form.dataset["msgRemove"] ?? "";
    remove.addEventListener("click", () => {
      const body = new FormData();
      body.set("drop", id);
      void post(body).then(() => row.remove());
    });
    row.append(canvas, name, remove);
    list!.append(row);
    try {
      const picture = await createImageBitmap(file);
      const side = Math.min(picture.width, picture.height);
      const left = (picture.width - side) / 2;
      const top = (picture.height - side) / 2;
      canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, thumb, thumb);
      picture.close();
    } catch {
      canvas.remove();
    }
  }
}
