/** The words that search box, map, sheet and pages say to each other. */
export const pickEvent = "megdan:pick";
export const selectEvent = "megdan:select";
/** The map of the element can be drawn on. */
export const mapReadyEvent = "megdan:map";

/** A place somebody chose, EPSG:4326. `fly`: the map should go there first. `url`: its own page, when it has one. */
export interface Pick {
  longitude: number;
  latitude: number;
  fly?: boolean;
  url?: string | undefined;
}

/** Zones the map should mark as selected, and whether to forget the pin. */
export interface Select {
  zones: number[];
  clear?: boolean;
}
