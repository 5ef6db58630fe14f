/** Drawing on a page's map: areas, rectangles, lines and points, snapped, measured, undone, by mouse, finger or keys. */
import type { Geometry, LineString, Point, Polygon, Position } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import {
  TerraDraw,
  TerraDrawLineStringMode,
  TerraDrawPointMode,
  TerraDrawPolygonMode,
  TerraDrawRectangleMode,
  TerraDrawSelectMode,
  TerraDrawSessionUndoRedo,
  TerraDrawModeUndoRedo,
  type HexColor,
  type SnapToCustom,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { themeChanged } from "../theme-switch";
import { measure, moved, type Measure } from "./measure";
import { groundLines, nearestGround } from "./snapping";

export type Tool = "polygon" | "rectangle" | "linestring" | "point" | "select" | "static";
export type DrawnGeometry = Polygon | LineString | Point;

export interface Drawn {
  id: string | number;
  geometry: DrawnGeometry;
}

export interface DrawingEvents {
  /** A shape was finished, edited, undone or removed. */
  changed?: (shapes: Drawn[]) => void;
  /** While the hand moves: what is being drawn or edited measures. */
  measured?: (measure: Measure | undefined) => void;
  /** The tool in hand changed. */
  tool?: (tool: Tool) => void;
  /** Which corner the keys move, counted from 1; undefined when none is chosen. */
  corner?: (corner: { number: number; of: number; position: Position } | undefined) => void;
}

export interface DrawingOptions extends DrawingEvents {
  /** Layers of the map whose lines draw the hand to them. */
  snapTo?: string[];
}

// A key nobody has: finishing is a button of the page, or Shift and Enter.
const finishKey = "MegdanFinish";
const decimals = 9;
const crossStep = 10;
const cornerStep = 1;

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export class Drawing {
  private readonly draw: TerraDraw;
  private readonly snapTo: string[];
  private active: { id: string | number; corner: number } | undefined;
  private snaps = true;

  constructor(
    private readonly map: MapLibre,
    private readonly options: DrawingOptions = {},
  ) {
    this.snapTo = options.snapTo ?? groundLines;
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: decimals }),
      modes: this.modes(),
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo(), sessionLevel: new TerraDrawSessionUndoRedo() },
    });
    this.draw.start();
    this.draw.on("finish", () => this.changed());
    this.draw.on("change", (ids, type) => {
      if (type !== "styling") this.measureOf(ids);
    });
    this.draw.on("history", () => this.changed());
    this.draw.on("select", (id) => this.choose(id, 0));
    this.draw.on("deselect", () => this.choose(undefined, 0));
    this.wireKeys();
    document.addEventListener(themeChanged, () => map.once("idle", () => this.recolour()));
  }

  get tool(): Tool {
    return this.draw.getMode() as Tool;
  }

  set tool(tool: Tool) {
    this.draw.setMode(tool);
    if (tool !== "select") this.choose(undefined, 0);
    this.options.tool?.(tool);
  }

  /** Whether what is drawn is pulled to streets and borders. */
  set snapping(on: boolean) {
    this.snaps = on;
  }

  get canUndo(): boolean {
    return this.draw.canUndo();
  }

  get canRedo(): boolean {
    return this.draw.canRedo();
  }

  undo(): void {
    if (this.draw.undo()) this.changed();
  }

  redo(): void {
    if (this.draw.redo()) this.changed();
  }

  /** Everything that is finished. */
  shapes(): Drawn[] {
    return this.draw
      .getSnapshot()
      .filter(({ properties }) => !isGuidance(properties) && !properties["currentlyDrawing"])
      .map(({ id, geometry }) => ({ id: id!, geometry: geometry as DrawnGeometry }));
  }

  /** Takes up a shape to go on with it; undefined where the hand cannot edit such a one (holes, many parts). */
  load(geometry: Geometry): string | number | undefined {
    const mode = { Polygon: "polygon", LineString: "linestring", Point: "point" }[geometry.type as string];
    if (!mode || (geometry.type === "Polygon" && geometry.coordinates.length > 1)) return undefined;
    const id = this.draw.getFeatureId();
    const [taken] = this.draw.addFeatures([
      { type: "Feature", id, geometry: rounded(geometry as DrawnGeometry), properties: { mode } },
    ]);
    return taken?.valid ? id : undefined;
  }

  /** Makes a shape the one in hand: its corners can be dragged, or moved by the arrow keys. */
  edit(id: string | number): void {
    this.draw.selectFeature(id);
    this.options.tool?.("select");
  }

  clear(): void {
    this.choose(undefined, 0);
    this.draw.clear();
    this.draw.clearUndoRedoHistory();
    this.options.measured?.(undefined);
  }

  /** Sets a corner where the cross in the middle of the map is. */
  dropCorner(): void {
    const canvas = this.map.getCanvas();
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = { clientX: left + width / 2, clientY: top + height / 2 };
    const pointer = { ...place, bubbles: true, button: 0, isPrimary: true, pointerType: "mouse" };
    canvas.dispatchEvent(new PointerEvent("pointermove", { ...pointer, button: -1 }));
    canvas.dispatchEvent(new PointerEvent("pointerdown", { ...pointer, buttons: 1 }));
    canvas.dispatchEvent(new PointerEvent("pointerup", pointer));
  }

  /** Closes what is being drawn. */
  finish(): void {
    this.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: finishKey }));
  }

  cancel(): void {
    this.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Escape" }));
  }

  /** Goes to the next (1) or previous (-1) corner of the shape in hand. */
  step(by: number): void {
    if (!this.active) return;
    const count = this.corners().length;
    this.choose(this.active.id, (this.active.corner + by + count) % count);
  }

  /** Moves the chosen corner by metres. */
  nudge(east: number, north: number): void {
    const feature = this.active && this.draw.getSnapshotFeature(this.active.id);
    if (!this.active || !feature) return;
    const { corner, id } = this.active;
    const change = (at: Position, index: number) => (index === corner ? moved(at, east, north) : at);
    this.draw.updateFeatureGeometry(id, rounded(mapCorners(feature.geometry as DrawnGeometry, change)));
    this.choose(id, corner);
    this.changed();
  }

  /** Ends drawing and takes everything of it off the map. */
  stop(): void {
    this.draw.stop();
  }

  private choose(id: string | number | undefined, corner: number): void {
    this.active = id === undefined ? undefined : { id, corner };
    const corners = this.corners();
    const position = corners[corner];
    this.options.corner?.(position && { number: corner + 1, of: corners.length, position });
  }

  private corners(): Position[] {
    const feature = this.active && this.draw.getSnapshotFeature(this.active.id);
    return feature ? cornersOf(feature.geometry as DrawnGeometry) : [];
  }

  private changed(): void {
    this.options.changed?.(this.shapes());
  }

  private measureOf(ids: (string | number)[]): void {
    const shape = ids
      .map((id) => (this.draw.hasFeature(id) ? this.draw.getSnapshotFeature(id) : undefined))
      .find((feature) => feature && !isGuidance(feature.properties) && feature.geometry.type !== "Point");
    if (shape) this.options.measured?.(measure(shape.geometry));
  }

  private wireKeys(): void {
    const canvas = this.map.getCanvas();
    const onKey = (event: KeyboardEvent) => {
      if (this.tool === "static" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!this.onKey(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    canvas.addEventListener("keydown", onKey, { capture: true });
  }

  private onKey(event: KeyboardEvent): boolean {
    const arrow = arrows[event.key];
    const isDrawing = this.tool !== "select";
    if (arrow && isDrawing) {
      const step = event.shiftKey ? 1 : crossStep;
      this.map.panBy([arrow[0] * step, -arrow[1] * step], { duration: 0 });
    } else if (arrow && this.active) {
      const step = event.shiftKey ? 10 * cornerStep : cornerStep;
      this.nudge(arrow[0] * step, arrow[1] * step);
    } else if (event.key === "Enter" && isDrawing) {
      if (event.shiftKey) this.finish();
      else this.dropCorner();
    } else if (!isDrawing && (event.key === "n" || event.key === "p")) {
      this.step(event.key === "n" ? 1 : -1);
    } else return false;
    return true;
  }

  private modes() {
    const snapping = { toCoordinate: true, toCustom: this.toGround() };
    const keyEvents = { cancel: "Escape", finish: finishKey };
    const edited = { draggable: true, coordinates: { draggable: true, deletable: true, midpoints: true, snappable: snapping } };
    const point = { draggable: true, coordinates: { draggable: true } };
    const styles = this.styles();
    return [
      new TerraDrawPolygonMode({ snapping, keyEvents, styles: styles.polygon }),
      new TerraDrawLineStringMode({ snapping, keyEvents, styles: styles.line }),
      new TerraDrawRectangleMode({ keyEvents, styles: styles.rectangle }),
      new TerraDrawPointMode({ styles: styles.point }),
      new TerraDrawSelectMode({
        flags: {
          polygon: { feature: edited },
          rectangle: { feature: edited },
          linestring: { feature: edited },
          point: { feature: point },
        },
        keyEvents: { deselect: "Escape", delete: "Delete", rotate: null, scale: null },
        styles: styles.select,
      }),
    ];
  }

  private toGround(): SnapToCustom {
    return ({ containerX, containerY }) =>
      this.snaps ? nearestGround(this.map, { x: containerX, y: containerY }, this.snapTo) : undefined;
  }

  private styles() {
    const tokens = getComputedStyle(document.documentElement);
    const colour = (name: string) => tokens.getPropertyValue(`--${name}`).trim() as HexColor;
    const accent = colour("accent");
    const halo = colour("map-halo");
    const area = { fillColor: accent, fillOpacity: 0.15, outlineColor: accent, outlineWidth: 3 };
    return {
      polygon: { ...area, closingPointColor: halo, closingPointOutlineColor: accent, closingPointWidth: 7 },
      rectangle: area,
      line: { lineStringColor: accent, lineStringWidth: 4 },
      point: { pointColor: accent, pointWidth: 8, pointOutlineColor: halo, pointOutlineWidth: 2 },
      select: {
        selectedPolygonColor: accent,
        selectedPolygonFillOpacity: 0.2,
        selectedPolygonOutlineColor: accent,
        selectedPolygonOutlineWidth: 4,
        selectedLineStringColor: accent,
        selectedLineStringWidth: 5,
        selectionPointColor: halo,
        selectionPointOutlineColor: accent,
        selectionPointWidth: 8,
        selectionPointOutlineWidth: 3,
        midPointColor: accent,
        midPointWidth: 5,
      },
    };
  }

  private recolour(): void {
    const { polygon, rectangle, line, point, select } = this.styles();
    this.draw.updateModeOptions<typeof TerraDrawPolygonMode>("polygon", { styles: polygon });
    this.draw.updateModeOptions<typeof TerraDrawRectangleMode>("rectangle", { styles: rectangle });
    this.draw.updateModeOptions<typeof TerraDrawLineStringMode>("linestring", { styles: line });
    this.draw.updateModeOptions<typeof TerraDrawPointMode>("point", { styles: point });
    this.draw.updateModeOptions<typeof TerraDrawSelectMode>("select", { styles: select });
  }
}

function isGuidance(properties: Record<string, unknown>): boolean {
  const marks = ["edited", "selectionPoint", "midPoint", "closingPoint", "snappingPoint", "coordinatePoint"];
  return marks.some((mark) => properties[mark]);
}

/** The corners of a shape; the last of a ring is its first and not told twice. */
function cornersOf(geometry: DrawnGeometry): Position[] {
  if (geometry.type === "Point") return [geometry.coordinates];
  return geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates[0]!.slice(0, -1);
}

function mapCorners<Shape extends DrawnGeometry>(
  geometry: Shape,
  change: (position: Position, index: number) => Position,
): Shape {
  const corners = cornersOf(geometry).map(change);
  if (geometry.type === "Point") return { ...geometry, coordinates: corners[0]! };
  if (geometry.type === "LineString") return { ...geometry, coordinates: corners };
  return { ...geometry, coordinates: [[...corners, corners[0]!]] };
}

function rounded<Shape extends DrawnGeometry>(geometry: Shape): Shape {
  const round = (number: number) => Number(number.toFixed(decimals));
  return mapCorners(geometry, ([longitude, latitude]) => [round(longitude!), round(latitude!)]);
}
