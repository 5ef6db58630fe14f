/** The screens of the dialog: a sign, a reason, which place, what next. Each is a few large buttons. */
import type { Book } from "./book";
import { button, filled, made } from "./dom";
import { metresBetween } from "./position";
import type { Move, Place, Sign, Site } from "./types";

type Words = Record<string, string>;

const nearest = 3;
const mostFound = 8;

export class Screens {
  constructor(
    private readonly title: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly words: () => Book["data"]["words"],
  ) {}

  private get text(): Words {
    return this.words().text;
  }

  clear(title: string): void {
    this.title.textContent = title;
    this.panel.replaceChildren();
    this.title.focus();
  }

  sign(sign: Sign, note: string, moves: Move[], acts: SignActs): void {
    const isSpare = sign.site === null;
    this.clear(filled(this.text[isSpare ? "spare" : "sign"]!, { n: sign.number }));
    this.say("crew-panel-name", sign.name);
    this.say("soft", [this.words().states[sign.state], sign.note].filter(Boolean).join(" · "));
    if (note) this.say("notice", note);
    for (const move of moves) {
      const kind = move.to === "installed" ? "is-primary is-huge" : "is-huge";
      this.panel.append(button(this.words().moves[move.to]!, kind, () => acts.move(move)));
    }
    if (acts.photo) this.panel.append(this.photoButton(this.text["inspect"]!, acts.photo));
    if (acts.replace) this.panel.append(button(this.text["replace"]!, "is-huge", acts.replace));
    if (this.panel.querySelector("button, label") === null) this.say("notice", this.text["nothing"]!);
  }

  /** Asks why, with answers to touch and room for another one. */
  reason(question: string, answers: string[], given: (reason: string) => void): void {
    this.clear(question);
    for (const answer of answers) this.panel.append(button(answer, "is-huge", () => given(answer)));
    const input = made("input", { id: "crew-reason", type: "text", maxlength: "300" });
    const form = made(
      "form",
      { class: "crew-typed" },
      made("label", { for: "crew-reason" }, this.text["reason"]!),
      made("div", { class: "crew-typed-row" }, input, made("button", { class: "button" }, this.text["save"]!)),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) given(input.value.trim());
      else input.focus();
    });
    this.panel.append(form);
  }

  photo(question: string, given: (photo: File) => void): void {
    this.clear(question);
    this.panel.append(this.photoButton(this.text["photo"]!, given));
  }

  saved(sign: Sign, acts: { next: () => void; close: () => void; photo: (photo: File) => void }): void {
    this.clear(this.text["saved"]!);
    this.say("crew-panel-name", `${sign.name} · ${this.words().states[sign.state]}`);
    this.panel.append(
      button(this.text["next_sign"]!, "is-primary is-huge", acts.next),
      this.photoButton(this.text["photo"]!, acts.photo),
      button(this.text["close"]!, "is-huge", acts.close),
    );
  }

  /** Which place a spare is for: the nearest three, a search, or a new one. */
  which(sign: Sign, sites: Site[], here: Place | undefined, acts: WhichActs): void {
    this.clear(this.text["which"]!);
    this.say("soft", filled(this.text["spare"]!, { n: sign.number }));
    const sorted = here ? byDistance(sites, here) : sites;
    if (here) this.panel.append(this.siteButtons(sorted.slice(0, nearest), here, acts.chosen));
    const found = made("div", { class: "crew-found", "aria-live": "polite" });
    const input = made("input", { id: "crew-search", type: "search", autocomplete: "off" });
    input.addEventListener("input", () => {
      const wanted = folded(input.value);
      const fitting = wanted
        ? sorted.filter(({ name, address }) => folded(`${name} ${address}`).includes(wanted))
        : [];
      found.replaceChildren(this.siteButtons(fitting.slice(0, mostFound), here, acts.chosen));
    });
    const label = made("label", { for: "crew-search" }, this.text["search"]!);
    this.panel.append(made("div", { class: "crew-typed" }, label, input), found);
    this.panel.append(button(this.text["new_site"]!, "is-huge", acts.fresh));
  }

  fresh(categories: { code: string; name: string }[], given: (name: string, kind: string) => void): void {
    this.clear(this.text["new_site"]!);
    const name = made("input", { id: "crew-name", type: "text", maxlength: "200", required: "" });
    const kind = made("select", { id: "crew-kind", required: "" });
    kind.append(...categories.map(({ code, name: label }) => made("option", { value: code }, label)));
    const form = made(
      "form",
      { class: "crew-typed" },
      made("label", { for: "crew-name" }, this.text["new_name"]!),
      name,
      made("label", { for: "crew-kind" }, this.text["new_kind"]!),
      kind,
      made("p", { class: "soft" }, this.text["new_here"]!),
      made("button", { class: "button is-primary is-huge" }, this.text["save"]!),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      given(name.value.trim(), kind.value);
    });
    this.panel.append(form);
  }

  distance(metres: number): string {
    if (metres < 15) return this.text["here"]!;
    const rounded = metres < 100 ? Math.round(metres / 5) * 5 : Math.round(metres / 10) * 10;
    if (rounded < 1000) return filled(this.text["metres"]!, { m: rounded });
    const km = (metres / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    return filled(this.text["kilometres"]!, { km });
  }

  private siteButtons(sites: Site[], here: Place | undefined, chosen: (site: Site) => void): Node {
    const part = document.createDocumentFragment();
    for (const site of sites) {
      const away = here && site.place ? ` · ${this.distance(metresBetween(here, site.place))}` : "";
      const label = [site.name, site.address].filter(Boolean).join(", ") + away;
      part.append(button(label, "is-huge", () => chosen(site)));
    }
    return part;
  }

  private photoButton(label: string, given: (photo: File) => void): HTMLLabelElement {
    const input = made("input", {
      type: "file",
      accept: "image/*",
      capture: "environment",
      class: "visually-hidden",
    });
    input.addEventListener("change", () => {
      const photo = input.files?.[0];
      if (photo) given(photo);
    });
    return made("label", { class: "button is-huge crew-file" }, label, input);
  }

  private say(kind: string, text: string): void {
    if (text) this.panel.append(made("p", { class: kind }, text));
  }
}

interface SignActs {
  move: (move: Move) => void;
  photo?: ((photo: File) => void) | undefined;
  replace?: (() => void) | undefined;
}

interface WhichActs {
  chosen: (site: Site) => void;
  fresh: () => void;
}

function byDistance(sites: Site[], here: Place): Site[] {
  const away = ({ place }: Site) => (place ? metresBetween(here, place) : Infinity);
  return [...sites].sort((one, other) => away(one) - away(other));
}

/** Letters without accents and case, as people type them. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
