/** What both queues of a phone share: how an answer is read, that one tab sends at a time, and when to try again. */
export type Mood = "idle" | "sending" | "offline" | "failed" | "sign_in";

/** The server wants somebody to sign in. */
export class SignInNeeded extends Error {}
/** The server is there and does not answer well. */
export class ServerFailed extends Error {}

/** An entry the server fails at so often no longer holds up those behind it. */
export const patience = 3;
const shortestWaitMs = 5_000;
const longestWaitMs = 300_000;

/** JSON of a good answer. A redirect or 403 means that nobody is signed in any more. */
export async function readJson(answer: Response): Promise<unknown> {
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 401) {
    throw new SignInNeeded();
  }
  if (!answer.ok) throw new ServerFailed(String(answer.status));
  return answer.json();
}

export function moodOf(error: unknown): Mood {
  if (error instanceof SignInNeeded) return "sign_in";
  if (error instanceof ServerFailed) return "failed";
  return "offline"; // fetch says only that the network failed
}

/** Two tabs of one phone, or a tab and the worker, never send at the same time. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return work();
  await navigator.locks.request(`megdan-${name}`, work);
}

/** Asks the browser to call the worker when there is a network; where it cannot, the open page tries again. */
export async function whenOnline(tag: string): Promise<void> {
  const ready = (await navigator.serviceWorker?.ready) as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined;
  // Refused in private windows and where the browser knows no such thing.
  await ready?.sync?.register(tag).catch(() => undefined);
}

/** Tries now, when the network or the reader comes back, and again after longer and longer waits. */
export class Pacer {
  private waitMs = shortestWaitMs;
  private timer: number | undefined;
  private running: Promise<void> | undefined;

  /** `attempt` says whether something still waits. */
  constructor(private readonly attempt: () => Promise<boolean>) {
    addEventListener("online", () => void this.soon());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.soon();
    });
  }

  /** Calls while it runs share the run. */
  soon(): Promise<void> {
    window.clearTimeout(this.timer);
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Everything went well: the next wait is a short one. */
  rest(): void {
    this.waitMs = shortestWaitMs;
  }

  private async run(): Promise<void> {
    // A phone may think it is online in a dead spot: the timer asks again whatever it thinks.
    if (!(await this.attempt())) return;
    this.timer = window.setTimeout(() => void this.soon(), this.waitMs);
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2);
  }
}
