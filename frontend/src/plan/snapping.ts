/** Finds the nearest line of the town's own tiles, so that what is drawn meets streets and borders. */
import type { Geometry, Position } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";

// How near a line must be to draw the hand to it, in CSS pixels.
const reach = 12;

export const groundLines = ["street", "zone-line", "zone-line-invented", "outline"];

function linesOf(geometry: Geometry): Position[][] {
  switch (geometry.type) {
    case "LineString":
      return [geometry.coordinates];
    case "MultiLineString":
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    default:
      return [];
  }
}

interface Spot {
  x: number;
  y: number;
}

function nearestOn(from: Spot, to: Spot, spot: Spot): Spot {
  const across = to.x - from.x;
  const along = to.y - from.y;
  const length = across ** 2 + along ** 2;
  const share = length ? ((spot.x - from.x) * across + (spot.y - from.y) * along) / length : 0;
  const kept = Math.min(1, Math.max(0, share));
  return { x: from.x + kept * across, y: from.y + kept * along };
}

/** The spot of a street or border within reach of a pixel of the map; undefined where none is near. */
export function nearestGround(map: MapLibre, spot: Spot, wanted = groundLines): Position | undefined {
  const layers = wanted.filter((id) => map.getLayer(id));
  const box: [[number, number], [number, number]] = [
    [spot.x - reach, spot.y - reach],
    [spot.x + reach, spot.y + reach],
  ];
  let best: Spot | undefined;
  let least = reach;
  for (const { geometry } of map.queryRenderedFeatures(box, { layers })) {
    for (const line of linesOf(geometry)) {
      const spots = line.map((position) => map.project(position as [number, number]));
      for (const [index, to] of spots.slice(1).entries()) {
        const found = nearestOn(spots[index]!, to, spot);
        const away = Math.hypot(found.x - spot.x, found.y - spot.y);
        if (away < least) [best, least] = [found, away];
      }
    }
  }
  return best && map.unproject([best.x, best.y]).toArray();
}
