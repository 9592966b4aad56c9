// Builds the browser assets into the folder named by the first argument.
//
// Writes hashed scripts, styles and fonts, the icon sprite, licences.txt, a manifest.json
// from logical to hashed names, and .gz and .br twins of everything that compresses.
// hatch_build.py is its only caller.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const TARGET = ["chrome109", "edge109", "firefox115", "safari16"];
const COMPRESSIBLE = new Set([".css", ".js", ".svg", ".txt", ".json"]);
const ICONS = "node_modules/@tabler/icons/icons/outline";

const read = (path) => readFile(path, "utf8");
const fingerprint = (text) =>
  createHash("sha256").update(text).digest("hex").slice(0, 10);

/** Serves src/tokens.json as custom properties, dark ones under both of their conditions. */
const tokens = {
  name: "tokens",
  setup(bundle) {
    bundle.onResolve({ filter: /^tokens:$/ }, () => ({ path: "tokens", namespace: "tokens" }));
    bundle.onLoad({ filter: /.*/, namespace: "tokens" }, async () => {
      const { light, dark } = JSON.parse(await read("src/tokens.json"));
      const list = (values) =>
        Object.entries(values).map(([name, value]) => `--${name}:${value};`).join("");
      const contents = [
        `:root{color-scheme:light;${list(light)}}`,
        `:root[data-theme="dark"]{color-scheme:dark;${list(dark)}}`,
        `@media screen and (prefers-color-scheme:dark){`,
        `:root[data-theme="auto"]{color-scheme:dark;${list(dark)}}}`,
        `@media print{:root[data-theme]{color-scheme:light;${list(light)}}}`,
      ].join("\n");
      return { contents, loader: "css" };
    });
  },
};

async function bundle(outdir) {
  const result = await build({
    entryPoints: { app: "src/js/app.js", "app-style": "src/css/app.css" },
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    metafile: true,
    sourcemap: false,
    legalComments: "none",
    target: TARGET,
    outdir,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [tokens],
    logLevel: "warning",
  });
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const file = basename(path);
    if (output.entryPoint === "src/js/app.js") manifest["app.js"] = file;
    else if (output.entryPoint === "src/css/app.css") manifest["app.css"] = file;
    else if (output.entryPoint) manifest[basename(output.entryPoint)] = file;
    else if (file.startsWith("inter-latin-wght-normal")) manifest["font.woff2"] = file;
  }
  return { manifest, inputs: Object.keys(result.metafile.inputs) };
}

async function sprite() {
  const names = (await read("src/icons.txt")).split(/\s+/).filter(Boolean);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await read(join(ICONS, `${name}.svg`));
      const body = svg
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/<svg[\s\S]*?>/, "")
        .replace("</svg>", "")
        .replace(/\s+/g, " ")
        .trim();
      return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** A package's licence and notice files, those in a folder such as licenses/ included. */
async function licenceFiles(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!/^(licen[cs]e|notice)/i.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) found.push(path);
    else found.push(...(await readdir(path)).map((name) => join(path, name)));
  }
  return found.sort();
}

async function licences(inputs) {
  const packages = new Set(["@tabler/icons"]);
  for (const input of inputs) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const texts = [];
  for (const name of [...packages].sort()) {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(await read(join(folder, "package.json")));
    const files = await licenceFiles(folder);
    if (files.length === 0) throw new Error(`${name} has no licence file`);
    const bodies = await Promise.all(files.map(read));
    texts.push([`${name} ${version} (${license})`, ...bodies].join("\n\n"));
  }
  return texts.join(`\n\n${"=".repeat(78)}\n\n`);
}

async function compress(outdir) {
  for (const file of await readdir(outdir)) {
    if (!COMPRESSIBLE.has(extname(file)) || file === "manifest.json") continue;
    const content = await readFile(join(outdir, file));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await writeFile(join(outdir, `${file}.gz`), gzipSync(content, { level: 9 }));
    await writeFile(join(outdir, `${file}.br`), brotliCompressSync(content, quality));
  }
}

async function main(outdir) {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { manifest, inputs } = await bundle(outdir);
  const made = {
    "icons.svg": await sprite(),
    "logo.svg": await read("src/img/logo.svg"),
    "licences.txt": await licences(inputs),
  };
  for (const [name, text] of Object.entries(made)) {
    manifest[name] = name.replace(".", `-${fingerprint(text)}.`);
    await writeFile(join(outdir, manifest[name]), text);
  }
  await compress(outdir);
  await writeFile(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

await main(process.argv[2]);
