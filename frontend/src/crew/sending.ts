/** Sends the queue in order, each entry until the server has answered it; sending twice records once. */
import type { Store } from "./store";
import type { PhoneData, Queued } from "./types";

export type Mood = "idle" | "sending" | "offline" | "failed" | "sign_in";

interface Answer {
  result: "recorded" | "already" | "refused" | "other";
  sentence: string;
}

/** The server wants somebody to sign in. */
class SignInNeeded extends Error {}
/** The server is there and does not answer well. */
class ServerFailed extends Error {}

const shortestWaitMs = 5_000;
const longestWaitMs = 300_000;
/** An entry the server fails at so often no longer holds up those behind it. */
const patience = 3;

export class Sender {
  mood: Mood = "sending";
  private csrf = "";
  private waitMs = shortestWaitMs;
  private timer: number | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly addresses: { data: string; sync: string },
    private readonly changed: (data?: PhoneData) => void,
  ) {
    addEventListener("online", () => this.soon());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.soon();
    });
  }

  /** Send now what waits, then fetch what is new. Calls while it runs share the run. */
  soon(): Promise<void> {
    window.clearTimeout(this.timer);
    this.running ??= this.locked().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Two tabs of one phone never send at the same time. */
  private async locked(): Promise<void> {
    if (!("locks" in navigator)) return this.run();
    await navigator.locks.request(`megdan-crew-${this.addresses.sync}`, () => this.run());
  }

  private async run(): Promise<void> {
    try {
      this.say("sending");
      let data = await this.fetchData();
      if (await this.sendAll()) data = await this.fetchData();
      this.waitMs = shortestWaitMs;
      this.mood = "idle";
      this.changed(data);
    } catch (error) {
      this.say(moodOf(error));
    }
    // A phone may think it is online in a dead spot: the timer asks again whatever it thinks.
    const waiting = (await this.store.queue()).some(({ state }) => state === "waiting");
    if (waiting && this.mood !== "sign_in") this.later();
  }

  private later(): void {
    this.timer = window.setTimeout(() => void this.soon(), this.waitMs);
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2);
  }

  private say(mood: Mood): void {
    this.mood = mood;
    this.changed();
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

/** JSON of a good answer. A redirect or 403 means that nobody is signed in any more. */
async function readJson(answer: Response): Promise<unknown> {
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 401) {
    throw new SignInNeeded();
  }
  if (!answer.ok) throw new ServerFailed(String(answer.status));
  return answer.json();
}

function moodOf(error: unknown): Mood {
  if (error instanceof SignInNeeded) return "sign_in";
  if (error instanceof ServerFailed) return "failed";
  return "offline"; // fetch says only that the network failed
}
