// A device that loses its power in the middle of a capture.

import assert from "node:assert/strict";
import { story } from "../harness/story.mjs";

story("power", "what was saved survives a power cut in the middle of a capture", async (world) => {
  const jan = await (await world.rep("jan.reuter")).begin();
  const [hcp] = await jan.hcpsWithoutCall();
  await jan.plan(hcp);
  await jan.workOffline();

  const path = await jan.record(hcp);
  await jan.notes.pressSequentially("Half a sentence about");
  await jan.nextStep.fill("Call back");
  await jan.choose("How you met", "Phone");
  await jan.saved();
  await jan.cutPower();

  await jan.switchOn();
  await jan.day.waitFor();
  await jan.page.goto(new URL(path, jan.page.url()).href);
  await jan.notes.waitFor();
  assert.equal(await jan.notes.inputValue(), "Half a sentence about");
  assert.equal(await jan.nextStep.inputValue(), "Call back");
  assert.ok(await jan.chosen("How you met", "Phone"));
});
