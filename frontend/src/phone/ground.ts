/** Says where a point lies from the small file of the town, without a network; where it cannot be sure it says so. */
export type Point = [longitude: number, latitude: number];
type Names = Record<string, string>;
type Ring = Point[];
/** Each polygon with its outer ring and its holes. */
type Polygons = Ring[][];

export interface Ground {
  /** So many metres from an edge of these light shapes, a point is on the same side of the true one. */
  trusted_m: number;
  outline: Polygons | null;
  kinds: { code: string; names: Names }[];
  /** Smallest first, as the town's own answer prefers them. */
  zones: { id: number; kind: string; names: Names; polygons: Polygons }[];
  categories: { code: string; group: string; names: Names }[];
  departments: Names[];
  rules: { category: string | null; zone: number | null; sure: boolean; department: number }[];
}

export type Side = "in" | "out" | "edge";

export interface Found {
  kind: { code: string; names: Names };
  /** The zone, or those it may be. */
  zones: Ground["zones"];
  sure: boolean;
}

export interface Likely {
  departments: Names[];
  /** Whether nobody but these can be meant; else it may be nobody at all. */
  complete: boolean;
  sure: boolean;
}

const metresPerDegree = 111_320;

/** Which side of a shape's edge; linear in its corners. */
export function sideOf(polygons: Polygons, point: Point, trusted: number): Side {
  let isInside = false;
  for (const rings of polygons) {
    for (const ring of rings) {
      for (let index = 1; index < ring.length; index += 1) {
        const from = ring[index - 1]!;
        const to = ring[index]!;
        if (isNear(from, to, point, trusted)) return "edge";
        if (crosses(from, to, point)) isInside = !isInside;
      }
    }
  }
  return isInside ? "in" : "out";
}

export function isInTown(ground: Ground, point: Point): Side {
  return ground.outline ? sideOf(ground.outline, point, ground.trusted_m) : "in";
}

/** One answer for each way the town is divided; kinds in which the point surely has no zone are left out. */
export function zonesAt(ground: Ground, point: Point): Found[] {
  const found: Found[] = [];
  for (const kind of ground.kinds) {
    const may: Ground["zones"] = [];
    let isSure = true;
    for (const zone of ground.zones) {
      if (zone.kind !== kind.code) continue;
      const side = sideOf(zone.polygons, point, ground.trusted_m);
      if (side === "out") continue;
      may.push(zone);
      if (side === "in") break;
      isSure = false;
    }
    if (may.length) found.push({ kind, zones: may, sure: isSure });
  }
  return found;
}

/** Whom the rules name for a kind of fault here; sure where every rule that may hold names the same. */
export function departmentAt(ground: Ground, point: Point, code: string): Likely {
  const category = ground.categories.find((one) => one.code === code);
  const may = new Set<number>();
  if (!category || isInTown(ground, point) !== "in") return { departments: [], complete: false, sure: false };
  for (const rule of ground.rules) {
    if (rule.category !== null && rule.category !== category.code && rule.category !== category.group) continue;
    const side = rule.zone === null ? "in" : zoneSide(ground, rule.zone, point);
    if (side === "out") continue;
    may.add(rule.department);
    if (rule.sure && side === "in") {
      return { departments: named(ground, may), complete: true, sure: may.size === 1 };
    }
  }
  return { departments: named(ground, may), complete: false, sure: false };
}

function zoneSide(ground: Ground, id: number, point: Point): Side {
  const zone = ground.zones.find((one) => one.id === id);
  // A zone that is not in the file may lie anywhere.
  return zone ? sideOf(zone.polygons, point, ground.trusted_m) : "edge";
}

function named(ground: Ground, numbers: Set<number>): Names[] {
  return [...numbers].map((number) => ground.departments[number]!);
}

function crosses([x1, y1]: Point, [x2, y2]: Point, [x, y]: Point): boolean {
  return y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
}

/** Whether a point is within so many metres of a piece of an edge, in a plane true to scale around the point. */
function isNear(from: Point, to: Point, point: Point, metres: number): boolean {
  const wide = metresPerDegree * Math.cos((point[1] * Math.PI) / 180);
  const ax = (from[0] - point[0]) * wide;
  const ay = (from[1] - point[1]) * metresPerDegree;
  const dx = (to[0] - from[0]) * wide;
  const dy = (to[1] - from[1]) * metresPerDegree;
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length)) : 0;
  return Math.hypot(ax + share * dx, ay + share * dy) <= metres;
}
