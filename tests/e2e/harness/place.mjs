// Where things are: programs, the bundle, what was installed for the tests, and where a run may write. All of it is
// derived from one variable, ROUNDS_TARGET, which the gate sets. Nothing is started here.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import process from "node:process";

const target = process.env.ROUNDS_TARGET;
if (!target) throw new Error("ROUNDS_TARGET is not set: run these tests by `script/test e2e window`");

const root = fileURLToPath(new URL("../../..", import.meta.url));
const own = join(target, "e2e");

/** Everything that the tests use and the folders in which they write. */
export const place = {
  server: join(target, "debug/rounds-server"),
  web: join(target, "debug/rounds-web"),
  window: join(target, "debug/rounds"),
  bundle: join(root, "dist/ui"),
  root,
  run: join(root, "script/run"),
  crm: join(root, "tests/e2e/harness/crm.py"),
  python: join(own, "python/bin/python"),
  chromium: "/usr/bin/chromium",
  windowDriver: "/usr/bin/WebKitWebDriver",
  work: join(own, "work"),
  failures: join(own, "failures"),
};

/** Loads a package that the gate has installed outside of the checkout. */
export const need = createRequire(join(own, "node", "package.json"));

/** Makes a folder of this run and returns it. */
export function folder(...names) {
  const path = join(place.work, ...names);
  mkdirSync(path, { recursive: true });
  return path;
}
