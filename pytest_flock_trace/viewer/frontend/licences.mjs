// Collects the licences of the packages whose files went into a bundle; a package without one is an error.
import { readFile, readdir } from "node:fs/promises";

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying)(\.|-|$)/i;

export async function licencesOf(folder, inputs) {
  const names = new Set(inputs.map((path) => PACKAGE.exec(path)?.[1]).filter((name) => name !== undefined));
  const texts = await Promise.all([...names].sort().map((name) => licenceOf(`${folder}node_modules/${name}/`, name)));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder, name) {
  const { version, license } = JSON.parse(await readFile(`${folder}package.json`, "utf8"));
  const files = (await readdir(folder)).filter((file) => LICENCE.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} ${version} is in the bundle and has no licence file`);
  const texts = await Promise.all(files.map((file) => readFile(`${folder}${file}`, "utf8")));
  return `${name} ${version} (${license})\n\n${texts.map((text) => text.trimEnd()).join("\n\n")}\n`;
}
