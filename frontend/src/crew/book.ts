/** The signs as the crew sees them: what the server said last, with everything that still waits on this phone. */
import type { PhoneData, Queued, Round, Sign, Site, Stop } from "./types";

export class Book {
  private readonly signs: Map<number, Sign>;
  private readonly touched = new Set<number>();
  readonly sites: Site[];

  constructor(
    readonly data: PhoneData,
    readonly queue: Queued[],
  ) {
    this.signs = new Map(data.signs.map((sign) => [sign.id, { ...sign }]));
    this.sites = [...data.sites];
    for (const queued of queue) if (queued.state !== "refused") this.overlay(queued);
  }

  sign(id: number): Sign | undefined {
    return this.signs.get(id);
  }

  byCode(code: string): Sign | undefined {
    return [...this.signs.values()].find((sign) => sign.code === code);
  }

  round(id: number): Round | undefined {
    return this.data.rounds.find((round) => round.id === id);
  }

  isDone(stop: Stop): boolean {
    return stop.done || this.touched.has(stop.sign);
  }

  /** Whether something about a sign is kept on this phone only. */
  isWaiting(sign: number): boolean {
    return this.touched.has(sign);
  }

  next(round: Round | undefined): Stop | undefined {
    return round?.stops.find((stop) => !this.isDone(stop) && this.signs.has(stop.sign));
  }

  private overlay({ entry }: Queued): void {
    for (const id of [entry.sign, entry.replaces]) if (id) this.touched.add(id);
    const sign = entry.sign ? this.signs.get(entry.sign) : undefined;
    if (entry.kind === "move" && sign) sign.state = entry.to!;
    if (entry.kind === "bind" && sign) {
      sign.state = "installed";
      const site = this.sites.find(({ id, key }) => id === entry.site || key === entry.site_key);
      sign.name = site?.name ?? sign.name;
      sign.site = site?.id ?? 0;
    }
    if (entry.kind === "site") {
      const place = entry.point ?? null;
      this.sites.push({ id: 0, name: entry.name ?? "", address: "", place, key: entry.key });
    }
  }
}
