// Builds the viewer into ../dist: app.js and app.css for every page, sql.js for served pages only, and the licences of what is inside.
import { build } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { licencesOf } from "./licences.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = fileURLToPath(new URL("../dist/", import.meta.url));

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "none", // they stand in licenses.txt, whole
  charset: "ascii", // the page holds this text, whatever its encoding is taken for
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

await mkdir(dist, { recursive: true });
const app = await build({
  ...shared,
  entryPoints: { app: "src/main.tsx" },
  outdir: dist,
  format: "iife",
  external: ["./sql.js"],
});
const sql = await build({ ...shared, entryPoints: { sql: "src/editor.ts" }, outdir: dist, format: "esm" });
const inputs = [...Object.keys(app.metafile.inputs), ...Object.keys(sql.metafile.inputs)];
await writeFile(`${dist}licenses.txt`, await licencesOf(here, inputs));
