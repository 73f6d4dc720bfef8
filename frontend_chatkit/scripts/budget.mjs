// What a page loads before it can be used, gzipped, against its budget: `npm run budget`.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

const BUILD = new URL("../.next/", import.meta.url);
const KILOBYTE = 1024;
const BUDGETS = {
  "/(auth)/login": 150,
  "/(auth)/forgot-password": 150,
  "/(auth)/reset-password": 150,
  "/(app)/tasks": 150,
  "/(app)/chat": 210,
};

const read = (path) => readFileSync(new URL(path, BUILD));
const sizes = new Map();

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(read(file)).length);
  return sizes.get(file);
}

/** The scripts of a page: those of every page, and of each layout and boundary around it. */
function scriptsOf(page) {
  globalThis.__RSC_MANIFEST = {};
  createRequire(import.meta.url)(
    new URL(`server/app${page}/page_client-reference-manifest.js`, BUILD).pathname,
  );
  const manifest = globalThis.__RSC_MANIFEST[`${page}/page`];
  const shared = JSON.parse(read("build-manifest.json")).rootMainFiles;
  return new Set([...shared, ...Object.values(manifest.entryJSFiles).flat()]);
}

let over = 0;
for (const [page, budget] of Object.entries(BUDGETS)) {
  const bytes = [...scriptsOf(page)].reduce((sum, file) => sum + sizeOf(file), 0);
  const kilobytes = bytes / KILOBYTE;
  if (kilobytes > budget) over += 1;
  const verdict = kilobytes > budget ? "over" : "within";
  console.info(`${page}: ${kilobytes.toFixed(1)} KB, ${verdict} ${budget} KB`);
}
process.exit(over ? 1 : 0);
