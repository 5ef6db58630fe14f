/** Sends reports that were written without a network, each until the server has answered it. Runs on a page and in the worker. */
import { alone, patience, readJson, ServerFailed } from "./delivery";
import type { KeptReport, PhoneStore } from "./store";

interface Answer {
  result: "recorded" | "already" | "unknown" | "refused" | "other";
  sentence: string;
  reference?: string;
  receipt?: string;
}

export class Reports {
  constructor(
    private readonly store: PhoneStore,
    private readonly address: string,
    private readonly changed: () => void = () => undefined,
  ) {}

  /** Everything that waits; the first thing that fails ends it, and it is tried again later. */
  async send(): Promise<void> {
    await alone(`reports-${this.address}`, async () => {
      const waiting = (await this.store.reports()).filter(({ state }) => state === "waiting");
      const csrf = waiting.length ? await this.token() : "";
      for (const report of waiting) await this.sendOne(report, csrf);
    });
  }

  /** Forms that left by the browser: has the server got them? What it does not know is a draft again. */
  async settleLeft(): Promise<void> {
    await alone(`reports-${this.address}`, async () => {
      const left = (await this.store.reports()).filter(({ state }) => state === "leaving");
      const csrf = left.length ? await this.token() : "";
      for (const report of left) {
        const body = new FormData();
        body.set("ask", "1");
        body.set("once", report.key);
        await this.settle(report, await this.post(body, csrf));
      }
    });
  }

  private async sendOne(report: KeptReport, csrf: string): Promise<void> {
    const body = new FormData();
    for (const [name, value] of report.fields) body.append(name, value);
    body.set("once", report.key);
    body.set("person", report.person);
    report.photos.forEach(({ blob }, index) => body.append("photos", blob, `photo-${index + 1}.jpg`));
    try {
      await this.settle(report, await this.post(body, csrf));
    } catch (error) {
      if (!(error instanceof ServerFailed)) throw error;
      await this.store.put({ ...report, failures: report.failures + 1 });
      if (report.failures + 1 < patience) throw error;
    }
    this.changed();
  }

  private async settle(report: KeptReport, { result, sentence, reference, receipt }: Answer): Promise<void> {
    if (result === "recorded" || result === "already") {
      const sent = { ...report, state: "sent" as const, sentence, reference: reference!, receipt: receipt! };
      // The server has it: words, photos and address leave this phone, the receipt stays.
      await this.store.put({ ...sent, fields: [], photos: [], person: "" });
    } else {
      await this.store.put({ ...report, state: result === "unknown" ? "draft" : result, sentence });
    }
  }

  private async token(): Promise<string> {
    const answer = await fetch(this.address, { cache: "no-store", redirect: "manual" });
    return ((await readJson(answer)) as { csrf: string }).csrf;
  }

  private async post(body: FormData, csrf: string): Promise<Answer> {
    const headers = { "X-CSRFToken": csrf, Accept: "application/json" };
    return (await readJson(
      await fetch(this.address, { method: "POST", redirect: "manual", headers, body }),
    )) as Answer;
  }
}
