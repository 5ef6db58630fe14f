/** When the crew's page hands in its queue, and how that went last. */
import { alone, moodOf, Pacer, whenOnline, type Mood } from "../phone/delivery";
import { Courier } from "./courier";
import type { Store } from "./store";
import type { PhoneData } from "./types";

export class Sender {
  mood: Mood = "sending";
  private readonly pacer = new Pacer(() => this.attempt());
  private readonly courier: Courier;

  constructor(
    private readonly store: Store,
    addresses: { data: string; sync: string },
    private readonly changed: (data?: PhoneData) => void,
  ) {
    this.courier = new Courier(store, addresses, () => changed());
  }

  /** Send now what waits, then fetch what is new. */
  soon(): Promise<void> {
    return this.pacer.soon();
  }

  private async attempt(): Promise<boolean> {
    try {
      this.say("sending");
      await alone(`crew-${this.store.town}`, async () => {
        const data = await this.courier.run();
        this.pacer.rest();
        this.mood = "idle";
        this.changed(data);
      });
    } catch (error) {
      this.say(moodOf(error));
    }
    const waiting = (await this.store.queue()).some(({ state }) => state === "waiting");
    if (waiting) void whenOnline("crew");
    return waiting && this.mood !== "sign_in";
  }

  private say(mood: Mood): void {
    this.mood = mood;
    this.changed();
  }
}
