/** How the layers of a project are drawn: a dash, a width and a colour for each; kept like the legend's in
    consultations.css. Style 0 is what all alternatives share. */
export interface LineStyle {
  colour: string;
  width: number;
  /** In widths of the line, as the map takes it; undefined is a whole line. */
  dash?: [number, ...number[]];
}

export const lineStyles: LineStyle[] = [
  { colour: "--plan-shared", width: 4 },
  { colour: "--plan-1", width: 5 },
  { colour: "--plan-2", width: 5, dash: [2.6, 1.3] },
  { colour: "--plan-3", width: 5, dash: [0.6, 1.2] },
  { colour: "--plan-4", width: 5, dash: [3.2, 1, 0.6, 1] },
  { colour: "--plan-5", width: 5, dash: [5, 1.2] },
];
