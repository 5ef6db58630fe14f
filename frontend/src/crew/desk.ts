/** From a sign that was scanned or opened to an entry of the queue, asking only what the move needs. */
import type { Book } from "./book";
import { filled } from "./dom";
import { smaller } from "../phone/pictures";
import { metresBetween, type Position } from "./position";
import { Screens } from "./screens";
import type { Entry, Move, Place, Queued, Sign, Site } from "./types";

interface Outside {
  position: Position;
  save: (queued: Queued) => Promise<void>;
  scan: (replacing?: Sign) => void;
  close: () => void;
}

const replaceable = ["installed", "damaged", "missing", "suspected_tampered"];
const inspectable = ["installed", "damaged", "suspected_tampered"];

export class Desk {
  book: Book | undefined;
  private readonly screens: Screens;

  constructor(
    title: HTMLElement,
    panel: HTMLElement,
    private readonly outside: Outside,
  ) {
    this.screens = new Screens(title, panel, () => this.book!.data.words);
  }

  begin(title: string): void {
    this.screens.clear(title);
  }

  distance(metres: number): string {
    return this.screens.distance(metres);
  }

  /** The code was held into the camera, so the sheet is really here: it may be hung. */
  async scanned(sign: Sign, isAnother: boolean): Promise<void> {
    if (sign.site === null && sign.state === "printed") await this.askWhich(sign);
    else this.show(sign, this.moves(sign), isAnother ? this.text["other_sign"]! : "");
  }

  /** Opened from the list, without a code: everything but hanging it. */
  opened(sign: Sign): void {
    const moves = this.moves(sign).filter(({ to }) => to !== "installed");
    this.show(sign, moves, "");
  }

  /** A new sign was scanned beside an old one. */
  async replace(old: Sign, fresh: Sign): Promise<void> {
    if (fresh.site !== null && fresh.site !== old.site) {
      this.show(fresh, [], this.text["not_spare"]!);
      return;
    }
    if (fresh.site !== null) {
      await this.hang(fresh, { to: "installed", needs: ["point"] });
      return;
    }
    const about = { kind: "bind", sign: fresh.id, replaces: old.id } as const;
    await this.withPoint(old.place, (where) =>
      this.keep({ ...fresh, name: old.name, state: "installed" }, { ...about, ...where }),
    );
  }

  private get text(): Record<string, string> {
    return this.book!.data.words.text;
  }

  private moves(sign: Sign): Move[] {
    return this.book!.data.moves[sign.state] ?? [];
  }

  private show(sign: Sign, moves: Move[], note: string): void {
    const canLook = sign.site !== null && inspectable.includes(sign.state);
    const canReplace = sign.site !== null && replaceable.includes(sign.state);
    this.screens.sign(sign, note, moves, {
      move: (move) => void this.hang(sign, move),
      photo: canLook ? (photo) => void this.inspect(sign, photo) : undefined,
      replace: canReplace ? () => this.outside.scan(sign) : undefined,
    });
  }

  /** Makes a move, after asking for what it needs. */
  private async hang(sign: Sign, move: Move): Promise<void> {
    const about = { kind: "move", sign: sign.id, to: move.to } as const;
    const moved = { ...sign, state: move.to };
    if (move.needs.includes("point")) {
      await this.withPoint(sign.place, (where) => this.keep(moved, { ...about, ...where }));
    } else if (move.needs.includes("photo")) {
      this.screens.photo(this.text["inspect"]!, (photo) => void this.keep(moved, about, photo));
    } else if (move.needs.includes("reason")) {
      const answers = this.book!.data.words.reasons[move.to] ?? [];
      this.screens.reason(this.text["reason"]!, answers, (reason) => void this.keep(moved, { ...about, reason }));
    } else await this.keep(moved, about);
  }

  /** Where the phone is, and a reason where that is far away or not known. */
  private async withPoint(
    planned: Place | null,
    go: (where: { point?: Place; reason?: string }) => Promise<void>,
  ): Promise<void> {
    const point = await this.outside.position.now();
    const { reasons } = this.book!.data.words;
    if (!planned) return go(point ? { point } : {});
    if (!point) {
      this.screens.reason(this.text["reason_lost"]!, reasons["lost"] ?? [], (reason) => void go({ reason }));
      return;
    }
    const away = metresBetween(point, planned);
    if (away <= this.book!.data.far_m) return go({ point });
    const question = filled(this.text["reason_far"]!, { m: Math.round(away) });
    this.screens.reason(question, reasons["far"] ?? [], (reason) => void go({ point, reason }));
  }

  private async inspect(sign: Sign, photo: File): Promise<void> {
    await this.keep(sign, { kind: "inspect", sign: sign.id }, photo);
  }

  private async askWhich(sign: Sign): Promise<void> {
    const here = await this.outside.position.now();
    this.screens.which(sign, this.book!.sites, here, {
      chosen: (site) => void this.bind(sign, site),
      fresh: () => this.screens.fresh(this.book!.data.categories, (name, kind) => void this.addSite(sign, name, kind)),
    });
  }

  private async bind(sign: Sign, site: Site): Promise<void> {
    const which = site.key ? { site_key: site.key } : { site: site.id };
    const bound = { ...sign, name: site.name, state: "installed" };
    await this.withPoint(site.place, (where) =>
      this.keep(bound, { kind: "bind", sign: sign.id, ...which, ...where }),
    );
  }

  private async addSite(sign: Sign, name: string, category: string): Promise<void> {
    const point = await this.outside.position.now();
    if (!point) {
      this.show(sign, [], this.text["needs_position"]!);
      return;
    }
    const made = this.queued(name, { kind: "site", name, category, point });
    await this.outside.save(made);
    const site = { id: 0, name, address: "", place: point, key: made.entry.key };
    await this.bind(sign, site);
  }

  private async keep(sign: Sign, about: Partial<Entry> & Pick<Entry, "kind">, photo?: Blob): Promise<void> {
    const queued = this.queued(`${sign.number} · ${sign.name} · ${this.book!.data.words.states[sign.state]}`, about);
    if (photo) queued.photo = await smaller(photo);
    await this.outside.save(queued);
    this.screens.saved(sign, {
      next: () => this.outside.scan(),
      close: () => this.outside.close(),
      photo: (taken) => void this.inspect(sign, taken),
    });
  }

  private queued(label: string, about: Partial<Entry> & Pick<Entry, "kind">): Queued {
    const entry: Entry = {
      ...about,
      key: crypto.randomUUID(),
      happened_at: new Date().toISOString(),
      member: this.book!.data.member,
    };
    return { entry, label, state: "waiting", sentence: "", failures: 0 };
  }
}
