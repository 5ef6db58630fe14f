/** The few words of a service worker that the DOM library of TypeScript does not know, and what the town tells ours. */
export interface Told {
  town: string;
  version: string;
  /** Whether names of files carry a mark of what is in them. */
  hashed: boolean;
  /** Kept at once. */
  files: string[];
  /** Kept for the crew, and when seen. */
  program: string[];
  /** Pages that open without a network; fetched without cookies, so that nothing of a person is in them. */
  shell: string[];
  phone: string;
  report: string;
  sync: string;
  tiles: string;
  /** Small things of the town that may change: colour, arms, areas. */
  small: string[];
  crew: { home: string; data: string; sync: string };
  push: { home: string; icon: string; name: string };
}

export interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
export interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
export interface Pushed extends Waiting {
  data: { json(): unknown } | null;
}
export interface Clicked extends Waiting {
  notification: Notification;
}
export interface Synced extends Waiting {
  tag: string;
}
export interface Spoken extends Waiting {
  data: { kind?: string; language?: string } | null;
  ports: readonly MessagePort[];
}
interface Window_ {
  url: string;
  focus(): Promise<unknown>;
}
interface WorkerScope {
  megdan: Told;
  registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(wanted: { type: "window"; includeUncontrolled: boolean }): Promise<Window_[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(type: "fetch", act: (event: Asked) => void): void;
  addEventListener(type: "push", act: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", act: (event: Clicked) => void): void;
  addEventListener(type: "sync", act: (event: Synced) => void): void;
  addEventListener(type: "message", act: (event: Spoken) => void): void;
}

export const scope = self as unknown as WorkerScope;
export const told = scope.megdan;
