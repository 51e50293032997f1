// Two reps of one territory record the same planned call without a network.

import assert from "node:assert/strict";
import { story } from "../harness/story.mjs";
import { until } from "../harness/until.mjs";

const STEPS = { "Jan Reuter": "Send the dosing table", "Lena Vogt": "Invite to the round table" };
const CONTESTED = "Two people wrote: Next step";

story("merge", "two reps record one call offline, and both end with both people's work", async (world) => {
  const jan = await (await world.rep("jan.reuter")).begin();
  const lena = await (await world.rep("lena.vogt")).begin();
  const [hcp] = await jan.hcpsWithoutCall();
  await jan.plan(hcp);
  await jan.sync();
  await lena.sync();
  await jan.workOffline();
  await lena.workOffline();

  const path = await jan.record(hcp);
  await jan.choose("How you met", "Phone");
  await jan.notes.pressSequentially("Heard by Jan: titration is too slow.");
  await jan.nextStep.fill(STEPS["Jan Reuter"]);
  await jan.saved();

  await lena.openFromTimeline(hcp, path);
  await lena.press("Record call");
  await lena.notes.pressSequentially("Heard by Lena: the ward changes its list.");
  await lena.nextStep.fill(STEPS["Lena Vogt"]);
  await lena.choose("Did anyone mention a side effect?", "No");
  await lena.saved();

  for (const rep of [jan, lena]) {
    await rep.press("Close");
    await rep.workOffline(false);
  }
  // There and back: the first exchange of Jan cannot know of Lena's work yet.
  for (const rep of [jan, lena, jan]) await rep.sync();

  for (const rep of [jan, lena]) {
    await rep.openFromTimeline(hcp, path);
    await seeBoth(rep);
  }
  const stands = await jan.nextStep.inputValue();
  assert.equal(await lena.nextStep.inputValue(), stands, "both see the same value");

  await settle(lena, stands);
  const other = Object.values(STEPS).find((step) => step !== stands);
  for (const rep of [lena, jan]) {
    if ((await rep.sheet.count()) > 0) await rep.press("Close");
    await rep.sync();
    await rep.openFromTimeline(hcp, path);
    await until(`${rep.login} sees what was chosen`, async () => (await rep.nextStep.inputValue()) === other);
    assert.equal(await rep.sheet.getByRole("group", { name: CONTESTED }).count(), 0, "the matter is settled");
  }
});

/** Different fields and the notes of both, and both values of the field that both wrote, with the names. */
async function seeBoth(rep) {
  await rep.notes.waitFor();
  const notes = await rep.notes.inputValue();
  for (const heard of ["Heard by Jan: titration is too slow.", "Heard by Lena: the ward changes its list."]) {
    assert.ok(notes.includes(heard), `${rep.login} misses "${heard}" in "${notes}"`);
  }
  assert.ok(await rep.chosen("How you met", "Phone"));
  assert.ok(await rep.chosen("Did anyone mention a side effect?", "No"));
  const contested = rep.sheet.getByRole("group", { name: CONTESTED });
  for (const [name, step] of Object.entries(STEPS)) {
    const own = contested.getByRole("listitem").filter({ hasText: step });
    assert.match(await own.innerText(), new RegExp(name), `${name} is named beside the value`);
  }
}

/** Takes the value that lost. */
async function settle(rep, stands) {
  const contested = rep.sheet.getByRole("group", { name: CONTESTED });
  await contested.getByRole("listitem").filter({ hasNotText: stands }).getByRole("button", { name: /^Use this/ }).click();
  await contested.waitFor({ state: "detached" });
  await rep.saved();
}
