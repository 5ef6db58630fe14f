/** What the scripts of a page tell each other about this phone; each is a file of its own. */
export const changedEvent = "megdan:phone-changed";
export const sendEvent = "megdan:phone-send";
export const saveEvent = "megdan:phone-save";

/** Whoever still has something to write adds its promise. */
export type Saving = CustomEvent<Promise<unknown>[]>;

export function tell(name: typeof changedEvent | typeof sendEvent): void {
  dispatchEvent(new Event(name));
}

/** Everything that is being typed on this page is in the phone's own database afterwards. */
export async function saveAll(): Promise<void> {
  const saving: Promise<unknown>[] = [];
  dispatchEvent(new CustomEvent(saveEvent, { detail: saving }));
  await Promise.allSettled(saving);
}
