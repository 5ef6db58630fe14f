/** Hands in the crew's queue in order, each entry until the server has answered it; sending twice records once.
    Runs on a page and in the worker. */
import { patience, readJson, ServerFailed } from "../phone/delivery";
import type { Store } from "./store";
import type { PhoneData, Queued } from "./types";

interface Answer {
  result: "recorded" | "already" | "refused" | "other";
  sentence: string;
}

export class Courier {
  private csrf = "";

  constructor(
    private readonly store: Store,
    private readonly addresses: { data: string; sync: string },
    private readonly changed: () => void = () => undefined,
  ) {}

  /** Send what waits, then fetch what is new. */
  async run(): Promise<PhoneData> {
    const data = await this.fetchData();
    return (await this.sendAll()) ? this.fetchData() : data;
  }

  private async fetchData(): Promise<PhoneData> {
    const answer = await fetch(this.addresses.data, {
      redirect: "manual",
      cache: "no-store",
      headers: { Accept: "application/json" },
    });
    const data = (await readJson(answer)) as PhoneData;
    this.csrf = data.csrf;
    await this.store.keepData(data);
    return data;
  }

  /** Whether anything was sent. */
  private async sendAll(): Promise<boolean> {
    let sent = false;
    for (const queued of await this.store.queue()) {
      if (queued.state === "refused") continue;
      try {
        await this.settle(queued, await this.send(queued));
        sent = true;
      } catch (error) {
        if (!(error instanceof ServerFailed)) throw error;
        queued.failures += 1;
        await this.store.change(queued);
        if (queued.failures < patience) throw error;
      }
      this.changed();
    }
    return sent;
  }

  private async send(queued: Queued): Promise<Answer> {
    const entry = JSON.stringify(queued.entry);
    let body: BodyInit = entry;
    const headers: Record<string, string> = { "X-CSRFToken": this.csrf, Accept: "application/json" };
    if (queued.photo) {
      body = new FormData();
      body.append("entry", entry);
      body.append("photo", queued.photo, "photo.jpg");
    } else {
      headers["Content-Type"] = "application/json";
    }
    const options: RequestInit = { method: "POST", redirect: "manual", headers, body };
    return (await readJson(await fetch(this.addresses.sync, options))) as Answer;
  }

  private async settle(queued: Queued, { result, sentence }: Answer): Promise<void> {
    if (result === "recorded" || result === "already") {
      await this.store.remove(queued.seq!);
      return;
    }
    queued.state = result;
    queued.sentence = sentence;
    await this.store.change(queued);
  }
}
