/** What the server tells the phone, and what the phone keeps until the server has it. */
export type Place = [longitude: number, latitude: number];

export interface Sign {
  id: number;
  number: number;
  code: string;
  state: string;
  site: number | null;
  name: string;
  note: string;
  place: Place | null;
}

export interface Stop {
  sign: number;
  task: string;
  done: boolean;
}

export interface Round {
  id: number;
  name: string;
  day: string;
  stops: Stop[];
}

export interface Site {
  id: number;
  name: string;
  address: string;
  place: Place | null;
  /** Set for a place added on this phone that the server may not know yet. */
  key?: string;
}

/** Where a sign may go next, and what that needs: point, reason, photo. */
export interface Move {
  to: string;
  needs: string[];
}

export interface PhoneData {
  member: number;
  far_m: number;
  origin: string;
  csrf: string;
  rounds: Round[];
  signs: Sign[];
  sites: Site[];
  categories: { code: string; name: string }[];
  moves: Record<string, Move[]>;
  words: {
    states: Record<string, string>;
    moves: Record<string, string>;
    text: Record<string, string>;
    reasons: Record<string, string[]>;
  };
}

export interface Entry {
  key: string;
  kind: "move" | "inspect" | "bind" | "site";
  happened_at: string;
  member: number;
  sign?: number;
  to?: string;
  reason?: string;
  point?: Place;
  site?: number;
  site_key?: string;
  replaces?: number;
  name?: string;
  category?: string;
}

/** An entry with its photo and what the server said of it; `seq` is the order in which it was made. */
export interface Queued {
  seq?: number;
  entry: Entry;
  label: string;
  photo?: Blob;
  state: "waiting" | "refused" | "other";
  sentence: string;
  failures: number;
}
