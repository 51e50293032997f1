// `script/run`, the first command of the README, on a machine without a display: the first start, a later one, and one
// with an import.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Demo } from "../harness/demo.mjs";
import { folder } from "../harness/place.mjs";
import { until } from "../harness/until.mjs";

const PASSPHRASE = "a passphrase that nobody guesses";
const NOTE = "Prefers mornings.";

/** In the layout of the monthly NPPES file: two persons, a practice, and a number with a wrong check digit. */
const NPPES = [
  "NPI,Entity Type Code,Provider Organization Name (Legal Business Name),Provider Last Name (Legal Name)," +
    "Provider First Name,Provider Middle Name,Provider Name Prefix Text," +
    "Provider Business Practice Location Address City Name,Provider Business Practice Location Address State Name," +
    "Provider Business Practice Location Address Country Code (If outside U.S.),NPI Deactivation Date," +
    "NPI Reactivation Date,Healthcare Provider Taxonomy Code_1,Healthcare Provider Primary Taxonomy Switch_1",
  "1234567893,1,,ZZYZXMAN,JANE,Q,DR.,BOSTON,MA,US,,,207RC0000X,Y",
  "1245319599,1,,ZZYZXMAN,JOHN,,DR.,SALEM,MA,US,,,207R00000X,Y",
  "1003000126,2,ZZYZX CLINIC,,,,,BOSTON,MA,US,,,111N00000X,Y",
  "1234567890,1,,ZZYZXMAN,NOBODY,,,BOSTON,MA,US,,,207R00000X,Y",
  "",
].join("\n");

test("script/run shows a demo company, keeps what was done in it, and takes an import", async (t) => {
  const data = mkdtempSync(join(folder(), "run-"));
  const file = join(data, "npidata_pfile_sample.csv");
  writeFileSync(file, NPPES);

  await during("first", t, await Demo.start(data), firstDay);
  await during("second", t, await Demo.start(data), secondDay);
  await during("import", t, await Demo.start(data, "--import", file), importDay);
  rmSync(data, { recursive: true });
});

/** What happens between a start and Ctrl-C, after which nothing may be left. */
async function during(name, t, demo, tell) {
  t.diagnostic(`${name} start: ${demo.seconds} seconds`);
  try {
    await tell(demo);
    assert.deepEqual(await demo.interrupt(), { code: 0, left: false }, "Ctrl-C ends everything, in peace");
    await assert.rejects(demo.send("get_session"), "nobody listens any more");
  } catch (error) {
    await demo.abandon(`run-${name}`);
    throw error;
  }
}

async function firstDay(demo) {
  const page = await fetch(demo.url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>Rounds<\/title>/);
  assert.equal((await demo.send("get_session", {}, "guessed")).status, 403);
  assert.deepEqual(await demo.ask("get_session"), { is: "locked", first: true });

  const rep = await demo.open(PASSPHRASE);
  assert.equal(rep.name, "Jan Reuter");
  const { territories, products, rows } = await demo.overview();
  assert.deepEqual([rows.hcp, rows.organisation, territories.length, products.length], [5000, 400, 12, 3]);
  assert.equal(new Set(territories.map((territory) => territory.country)).size, 3);
  assert.ok(territories.some((territory) => territory.name === rep.territory));

  const [hcp] = await found(demo, "");
  await demo.ask("add_note", { hcp: hcp.hcp, text: NOTE });
}

async function secondDay(demo) {
  assert.ok(!demo.told.some((line) => line.includes("demo company")), "the company is made once");
  assert.deepEqual(await demo.ask("get_session"), { is: "locked", first: false });
  assert.equal((await demo.send("unlock", { passphrase: "another passphrase" })).status, 409);
  await demo.open(PASSPHRASE);
  const [hcp] = await found(demo, "");
  assert.ok(JSON.stringify(await demo.ask("get_profile", { hcp: hcp.hcp })).includes(NOTE), "the note is kept");
  assert.equal((await demo.overview()).rows.hcp, 5000);
}

async function importDay(demo) {
  const summary = JSON.parse(demo.told.find((line) => line.startsWith("{")));
  assert.deepEqual([summary.entries, summary.persons, summary.organisations, summary.skipped], [4, 2, 1, 1]);
  await demo.open(PASSPHRASE);
  const names = await until("the imported HCPs", async () => {
    const hits = await found(demo, "zzyzxman");
    return hits.length > 0 && hits.map((hit) => hit.name).sort();
  });
  assert.deepEqual(names, ["DR. JANE Q ZZYZXMAN", "DR. JOHN ZZYZXMAN"]);
  const { rows } = await demo.overview();
  assert.deepEqual([rows.hcp, rows.organisation], [5002, 401]);
}

/** The first page of what the rep finds. */
async function found(demo, text) {
  return (await demo.ask("search_hcps", { text, after: null, limit: 20 })).rows;
}
