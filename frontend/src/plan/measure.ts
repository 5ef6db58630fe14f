/** Lengths and areas on the globe, good to a few parts in a thousand: what the hand needs to know while drawing. */
import type { Geometry, Position } from "geojson";

const radius = 6_371_008.8;
const radians = Math.PI / 180;

export interface Measure {
  /** Metres along a line, or around an area. */
  length: number;
  /** Square metres; 0 for lines and points. */
  area: number;
}

export function metresBetween(from: Position, to: Position): number {
  const [lon1, lat1] = from as [number, number];
  const [lon2, lat2] = to as [number, number];
  const high = Math.sin(((lat2 - lat1) * radians) / 2) ** 2;
  const wide = Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
  return 2 * radius * Math.asin(Math.sqrt(high + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * wide));
}

function along(positions: Position[]): number {
  return positions.slice(1).reduce((sum, to, index) => sum + metresBetween(positions[index]!, to), 0);
}

function ringArea(ring: Position[]): number {
  let sum = 0;
  for (const [index, to] of ring.slice(1).entries()) {
    const from = ring[index]!;
    sum += (to[0]! - from[0]!) * radians * (2 + Math.sin(from[1]! * radians) + Math.sin(to[1]! * radians));
  }
  return Math.abs((sum * radius * radius) / 2);
}

export function measure(geometry: Geometry): Measure {
  if (geometry.type === "LineString") return { length: along(geometry.coordinates), area: 0 };
  if (geometry.type !== "Polygon") return { length: 0, area: 0 };
  const [outer, ...holes] = geometry.coordinates;
  const without = holes.reduce((sum, hole) => sum + ringArea(hole), 0);
  return { length: along(outer!), area: ringArea(outer!) - without };
}

/** A position moved by metres east and north. */
export function moved([longitude, latitude]: Position, east: number, north: number): Position {
  const degree = radius * radians;
  return [longitude! + east / (degree * Math.cos(latitude! * radians)), latitude! + north / degree];
}
