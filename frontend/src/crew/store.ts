/** The phone's own database: the last data of the server and the queue. Upgrades never drop the queue. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { PhoneData, Queued } from "./types";

interface CrewSchema extends DBSchema {
  data: { key: string; value: PhoneData };
  queue: { key: number; value: Queued };
}

const version = 1;

export class Store {
  private constructor(
    private readonly database: IDBPDatabase<CrewSchema>,
    readonly town: string,
  ) {}

  static async open(town: string): Promise<Store> {
    const database = await openDB<CrewSchema>(`megdan-crew-${town}`, version, {
      upgrade(upgraded, before) {
        if (before < 1) {
          upgraded.createObjectStore("data");
          upgraded.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
        }
      },
    });
    // Asks the browser not to clear the queue when the phone is short of room; it may say no.
    void navigator.storage?.persist?.();
    return new Store(database, town);
  }

  async data(): Promise<PhoneData | undefined> {
    return this.database.get("data", "latest");
  }

  async keepData(data: PhoneData): Promise<void> {
    await this.database.put("data", data, "latest");
  }

  async queue(): Promise<Queued[]> {
    return this.database.getAll("queue");
  }

  async add(queued: Queued): Promise<void> {
    await this.database.add("queue", queued);
  }

  async change(queued: Queued): Promise<void> {
    await this.database.put("queue", queued);
  }

  async remove(seq: number): Promise<void> {
    await this.database.delete("queue", seq);
  }
}
