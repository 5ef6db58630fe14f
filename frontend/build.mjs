/* Builds everything the browser gets into dist/: scripts, the style sheet, the map's worker and the subset fonts.
   Names stay plain: Django's manifest storage adds the hashes. */
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const out = "dist";
const fontFolder = "node_modules/@fontsource-variable/noto-sans";

/** Characters from..to, both ends included. */
const range = (from, to) =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index));

/* One file per script, so that a page in Romanian does not load Cyrillic. Latin Extended-A and the comma-below
   letters cover Romanian and the names of its neighbours; U+0400-045F covers Bulgarian with its accented letters. */
const fonts = [
  {
    name: "latin",
    text: range(0x20, 0x7e) + range(0xa0, 0xff) + "–—‘’‚“”„†•…‰‹›€™−",
  },
  { name: "latin-ext", text: range(0x100, 0x17f) + "ȘșȚț" },
  { name: "cyrillic", text: range(0x400, 0x45f) + "№" },
];

async function buildFonts() {
  await mkdir(`${out}/fonts`, { recursive: true });
  await Promise.all(
    fonts.map(async ({ name, text }) => {
      const source = await readFile(`${fontFolder}/files/noto-sans-${name}-wght-normal.woff2`);
      const subset = await subsetFont(source, text, {
        targetFormat: "woff2",
        variationAxes: { wght: { min: 400, max: 700 } },
      });
      await writeFile(`${out}/fonts/noto-sans-${name}.woff2`, subset);
    }),
  );
  await copyFile(`${fontFolder}/LICENSE`, `${out}/fonts/LICENSE.txt`);
}

const shared = { bundle: true, minify: true, target: "es2022", logLevel: "warning" };

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([
  buildFonts(),
  build({
    ...shared,
    format: "esm",
    entryPoints: {
      app: "src/app.ts",
      areas: "src/plan/areas/index.ts",
      map: "src/map/index.ts",
      cover: "src/cover.ts",
      crew: "src/crew/index.ts",
      desk: "src/desk/index.ts",
      "crew-install": "src/crew/install.ts",
      join: "src/join.ts",
      press: "src/press/index.ts",
      reporting: "src/reporting/index.ts",
      push: "src/push/index.ts",
      phone: "src/phone/index.ts",
      waiting: "src/phone/waiting.ts",
      scan: "src/phone/scan.ts",
      "draw-area": "src/plan/draw-area.ts",
      drawing: "src/consult/drawing.ts",
      "draw-part": "src/consult/draw-part.ts",
      "consult-vote": "src/consult/vote.ts",
      "consult-zones": "src/consult/zones.ts",
      say: "src/consult/say.ts",
      "say-draw": "src/consult/say-draw.ts",
      "survey-places": "src/consult/survey-places.ts",
      "plan-zones": "src/plan/zones/index.ts",
      setup: "src/setup/index.ts",
    },
    outdir: out,
    legalComments: "linked",
  }),
  build({
    ...shared,
    format: "iife",
    entryPoints: {
      theme: "src/theme.ts",
      worker: "src/phone/worker.ts",
    },
    outdir: out,
  }),
  // The page behind a sign is its own world: it must stay light.
  build({
    ...shared,
    format: "esm",
    entryPoints: { rating: "src/rating/rating.ts" },
    outdir: out,
  }),
  build({
    ...shared,
    entryPoints: { rating: "src/rating/rating.css" },
    outdir: out,
  }),
  build({
    ...shared,
    format: "esm",
    entryPoints: { "map-worker": "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs" },
    outdir: out,
    legalComments: "linked",
  }),
  build({
    ...shared,
    entryPoints: { style: "src/styles/index.css" },
    outdir: out,
    external: ["./fonts/*"],
  }),
  // What a report map carries inside itself: one file that works without this server. Leaflet stays a plain script,
  // because folium calls it by its global name; its pictures become part of the style sheet.
  build({
    entryPoints: { leaflet: "node_modules/leaflet/dist/leaflet-src.js" },
    outdir: out,
    minify: true,
    target: "es2022",
    legalComments: "inline",
    logLevel: "warning",
  }),
  build({
    ...shared,
    format: "iife",
    entryPoints: { report: "src/report/report.ts" },
    outdir: out,
  }),
  // What the page of a recount carries inside itself, to be kept and opened without a network.
  build({
    ...shared,
    format: "iife",
    charset: "utf8",
    entryPoints: { recount: "src/recount/page.ts" },
    outdir: out,
  }),
  build({ ...shared, entryPoints: { recount: "src/recount/recount.css" }, outdir: out }),
  build({
    ...shared,
    entryPoints: { report: "src/report/report.css" },
    outdir: out,
    loader: { ".png": "dataurl" },
  }),
  copyFile("node_modules/leaflet/LICENSE", `${out}/leaflet.LICENSE.txt`),
  copyFile("src/icon.svg", `${out}/icon.svg`),
  copyFile("node_modules/maplibre-gl/LICENSE.txt", `${out}/map.LICENSE.txt`),
]);
