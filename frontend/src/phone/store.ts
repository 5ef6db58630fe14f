/** What this phone keeps of a town: reports until the server has them, and a few facts. Upgrades never drop a report. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface KeptPhoto {
  blob: Blob;
  /** Its number at the server while the form is filled in; missing where only this phone has it. */
  held?: string;
}

/** draft: being written · leaving: handed to the browser, nobody knows yet · waiting: for a network ·
    refused: the server says why · other: somebody else wrote it here · sent: the server has it. */
export type State = "draft" | "leaving" | "waiting" | "refused" | "other" | "sent";

export interface KeptReport {
  /** Chosen here; the server takes one report with it and no second. */
  key: string;
  state: State;
  changed: number;
  label: string;
  fields: [name: string, value: string][];
  photos: KeptPhoto[];
  /** Who was signed in, as the form said; empty for nobody. */
  person: string;
  sentence: string;
  failures: number;
  reference?: string;
  receipt?: string;
}

interface PhoneSchema extends DBSchema {
  reports: { key: string; value: KeptReport };
  facts: { key: string; value: unknown };
}

const version = 1;
const dayMs = 86_400_000;
/** A draft that nobody touched, and a receipt, are forgotten after so many days; what waits never is. */
const life: Partial<Record<State, number>> = { draft: 7 * dayMs, sent: 30 * dayMs };

export class PhoneStore {
  private constructor(private readonly database: IDBPDatabase<PhoneSchema>) {}

  static async open(town: string): Promise<PhoneStore> {
    const database = await openDB<PhoneSchema>(`megdan-phone-${town}`, version, {
      upgrade(upgraded, before) {
        if (before < 1) {
          upgraded.createObjectStore("reports", { keyPath: "key" });
          upgraded.createObjectStore("facts");
        }
      },
    });
    return new PhoneStore(database);
  }

  async report(key: string): Promise<KeptReport | undefined> {
    return this.database.get("reports", key);
  }

  /** Oldest first; what is too old goes. */
  async reports(now = Date.now()): Promise<KeptReport[]> {
    const all = await this.database.getAll("reports");
    const old = all.filter(({ state, changed }) => now - changed > (life[state] ?? Infinity));
    for (const { key } of old) await this.remove(key);
    return all.filter((one) => !old.includes(one)).sort((one, other) => one.changed - other.changed);
  }

  async put(report: KeptReport): Promise<void> {
    await this.database.put("reports", { ...report, changed: Date.now() });
  }

  async remove(key: string): Promise<void> {
    await this.database.delete("reports", key);
  }

  async fact<Kind>(name: string): Promise<Kind | undefined> {
    return (await this.database.get("facts", name)) as Kind | undefined;
  }

  async keepFact(name: string, value: unknown): Promise<void> {
    await this.database.put("facts", value, name);
  }
}

/** Asks the browser not to clear what waits when the phone is short of room; it may say no. */
export function askToKeep(): void {
  void navigator.storage?.persist?.();
}
