/** Reads a .pb file of Pabulib as the program of the town does: all numbers become whole ones. */
import { Fraction, gcd, zero } from "./fraction";

export interface Project {
  code: string;
  name: string;
  cost: bigint;
  group: string;
}

/** Equal ballots together; points by the place of a project. */
export interface Ballot {
  points: Map<number, number>;
  zone: string;
  people: number;
}

export interface Election {
  meta: Map<string, string>;
  projects: Project[];
  ballots: Ballot[];
  budget: bigint;
  /** One unit of money is so many of ours. */
  scale: bigint;
  pointsScale: bigint;
}

type Row = Map<string, string>;

const titles = ["META", "PROJECTS", "VOTES"];

export function readElection(text: string): Election {
  const tables = tablesOf(text);
  const meta = new Map(tables.get("META")!.map((row) => [row.get("key") ?? "", row.get("value") ?? ""]));
  const rows = tables.get("PROJECTS")!;
  const places = new Map(rows.map((row, place) => [need(row, "project_id"), place]));
  if (rows.length === 0 || places.size !== rows.length) throw new Error("PROJECTS");
  const money = [exact(meta.get("budget") ?? ""), ...rows.map((row) => exact(need(row, "cost")))];
  const scale = common(money);
  const votes = tables.get("VOTES")!.map((row) => vote(row, places, meta));
  const pointsScale = common(votes.flatMap((one) => [...one.points.values()]));
  const whole = (value: Fraction, by: bigint) => value.times(by).top;
  return {
    meta,
    projects: rows.map((row, place) => ({
      code: need(row, "project_id"),
      name: row.get("name") ?? "",
      cost: whole(money[place + 1]!, scale),
      group: row.get("exclusive_group") ?? "",
    })),
    ballots: joined(
      votes.map(({ points, zone }) => ({
        zone,
        people: 1,
        points: new Map([...points].map(([place, one]) => [place, Number(whole(one, pointsScale))])),
      })),
    ),
    budget: whole(money[0]!, scale),
    scale,
    pointsScale,
  };
}

export function exact(text: string): Fraction {
  const found = /^(-?)(\d{1,18})(?:[.,](\d{1,9}))?$/.exec(text.trim());
  if (!found) throw new Error(`“${text.slice(0, 40)}”`);
  const decimals = found[3] ?? "";
  const value = new Fraction(BigInt(found[2]! + decimals), 10n ** BigInt(decimals.length));
  return found[1] ? value.times(-1n) : value;
}

export function scoresOf(election: Election, countPoints = true): number[] {
  const sums = election.projects.map(() => 0);
  for (const { points, people } of election.ballots)
    for (const [place, worth] of points)
      if (countPoints) sums[place]! += worth * people;
      else if (worth > 0) sums[place]! += people;
  return sums;
}

export function votersOf(election: Election): number {
  return election.ballots.reduce((sum, { people }) => sum + people, 0);
}

function common(numbers: Fraction[]): bigint {
  return numbers.reduce((least, { bottom }) => (least * bottom) / gcd(least, bottom), 1n);
}

function need(row: Row, column: string): string {
  const value = row.get(column);
  if (!value) throw new Error(column);
  return value;
}

function joined(ballots: Ballot[]): Ballot[] {
  const found = new Map<string, Ballot>();
  for (const ballot of ballots) {
    const points = [...ballot.points].sort(([a], [b]) => a - b);
    const key = JSON.stringify([ballot.zone, points]);
    const same = found.get(key);
    if (same) same.people += 1;
    else found.set(key, ballot);
  }
  return [...found.values()];
}

function vote(row: Row, places: Map<string, number>, meta: Map<string, string>) {
  const named = list(row.get("vote"));
  const given = named.map((code) => {
    const place = places.get(code);
    if (place === undefined) throw new Error(`“${code.slice(0, 40)}”`);
    return place;
  });
  const worth = pointsOf(row, named.length, meta, places.size);
  const points = new Map<number, Fraction>();
  const standing = meta.get("vote_type") === "scoring" ? exact(meta.get("default_score") || "0") : zero;
  if (standing.top) for (const place of places.values()) points.set(place, standing);
  given.forEach((place, spot) => points.set(place, worth[spot]!));
  for (const [place, one] of points) if (one.top === 0n) points.delete(place);
  return { points, zone: row.get("neighborhood") || row.get("district") || "" };
}

function pointsOf(row: Row, named: number, meta: Map<string, string>, projects: number): Fraction[] {
  const kind = meta.get("vote_type");
  const all = Array.from({ length: named }, (_, spot) => spot);
  if (kind === "approval" || kind === "choose-1") return all.map(() => new Fraction(1n));
  if (kind === "ordinal") {
    const most = exact(meta.get("max_length") || String(projects));
    return all.map((spot) => new Fraction(most.top - BigInt(spot)));
  }
  if (kind !== "cumulative" && kind !== "scoring") throw new Error("vote_type");
  const given = list(row.get("points")).map(exact);
  if (given.length !== named) throw new Error("points");
  return given;
}

function list(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}

function tablesOf(text: string): Map<string, Row[]> {
  const tables = new Map<string, Row[]>();
  let current: Row[] | undefined;
  let columns: string[] | undefined;
  for (const cells of linesOf(text.replace(/^\ufeff/, ""))) {
    const title = cells.filter(Boolean).length === 1 ? cells[0]!.toUpperCase() : "";
    if (titles.includes(title)) tables.set(title, (current = [])), (columns = undefined);
    else if (!current) throw new Error("META");
    else if (!columns) columns = cells.map((cell) => cell.toLowerCase());
    else current.push(new Map(columns.map((name, spot) => [name, cells[spot] ?? ""])));
  }
  const missing = titles.find((title) => !tables.has(title));
  if (missing) throw new Error(missing);
  return tables;
}

/** Lines of cells with semicolons; a cell in quotes may hold them, quotes and line breaks. */
function linesOf(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  const close = () => {
    cells.push(cell.trim());
    cell = "";
  };
  const finish = () => {
    close();
    if (cells.some(Boolean)) lines.push(cells);
    cells = [];
  };
  for (let spot = 0; spot < text.length; spot++) {
    const letter = text[spot]!;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[spot + 1] === '"') (cell += '"'), spot++;
      else isQuoted = false;
    } else if (letter === '"' && cell === "") isQuoted = true;
    else if (letter === ";") close();
    else if (letter === "\n") finish();
    else if (letter !== "\r") cell += letter;
  }
  finish();
  return lines;
}
