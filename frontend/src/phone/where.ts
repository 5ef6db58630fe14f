/** “Where am I?” on this phone alone, and who is likely to answer for a fault there. */
import { filled, made } from "../crew/dom";
import { departmentAt, isInTown, zonesAt, type Ground, type Point } from "./ground";

/** The sentences stand beside the part of the page that shows them. */
type Words = DOMStringMap;

/** A longer list helps nobody. */
const mostNamed = 3;

let asked: Promise<Ground> | undefined;

/** The small file of the town; the worker has it where there is no network. */
export function groundOf(words: Words): Promise<Ground> {
  asked ??= fetch(words["ground"]!).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json() as Promise<Ground>;
  });
  asked.catch(() => (asked = undefined));
  return asked;
}

/** Sentences about a point; with a kind of fault also about the department. */
export function sentences(ground: Ground, point: Point, words: Words, code = ""): string[] {
  const side = isInTown(ground, point);
  if (side === "out") return [words["msgBeyond"]!];
  const said = side === "edge" ? [words["msgBorder"]!] : [];
  for (const { kind, zones, sure } of zonesAt(ground, point)) {
    const names = listed(zones.map(({ names: own }) => inLanguage(own)));
    const sentence = sure ? words["msgZone"] : words["msgZones"];
    said.push(filled(sentence, { kind: inLanguage(kind.names), zone: names }));
  }
  if (!code) return said;
  const { departments, complete, sure } = departmentAt(ground, point, code);
  const names = listed(departments.map(inLanguage));
  const isShort = complete && departments.length <= mostNamed;
  const sentence = sure ? words["msgDepartment"] : isShort ? words["msgOneOf"] : words["msgUnsure"];
  said.push(filled(sentence, { department: names }));
  return said;
}

export function inLanguage(names: Record<string, string>): string {
  return names[document.documentElement.lang] ?? Object.values(names)[0] ?? "";
}

function listed(names: string[]): string {
  return new Intl.ListFormat(document.documentElement.lang, { type: "disjunction" }).format(names);
}

class WherePage {
  private point: Point | undefined;

  constructor(private readonly root: HTMLElement) {
    root.querySelector("[data-where-here]")!.addEventListener("click", () => this.locate());
    this.choice.addEventListener("change", () => void this.show());
    void this.fillChoice();
  }

  private get choice(): HTMLSelectElement {
    return this.root.querySelector("select")!;
  }

  private async fillChoice(): Promise<void> {
    const { categories } = await groundOf(this.root.dataset);
    const options = categories.map(({ code, names }) => made("option", { value: code }, inLanguage(names)));
    this.choice.append(...options);
    this.root.querySelector<HTMLElement>("[data-where-choice]")!.hidden = options.length === 0;
  }

  private locate(): void {
    this.say([this.root.dataset["msgLocating"]!]);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.point = [coords.longitude, coords.latitude];
        void this.show();
      },
      () => this.say([this.root.dataset["msgFailed"]!]),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 15_000 },
    );
  }

  private async show(): Promise<void> {
    if (!this.point) return;
    try {
      this.say(sentences(await groundOf(this.root.dataset), this.point, this.root.dataset, this.choice.value));
    } catch {
      this.say([this.root.dataset["msgNoGround"]!]);
    }
  }

  private say(said: string[]): void {
    const part = this.root.querySelector("[data-where-said]")!;
    part.replaceChildren(...said.map((sentence) => made("p", {}, sentence)));
  }
}

export function wireWhere(): void {
  const root = document.querySelector<HTMLElement>("[data-where]");
  if (root) new WherePage(root);
}
