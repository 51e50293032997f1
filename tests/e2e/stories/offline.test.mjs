// A call that is captured without a network: nothing is lost, the server merges it, the CRM gets it once.

import assert from "node:assert/strict";
import { story } from "../harness/story.mjs";
import { until } from "../harness/until.mjs";

const NOTES = "Asked for the renal dosing table.\nWants to see Dr. Vogt's data.";

story("offline", "a call captured offline reaches the CRM once, and is amended with a reason", async (world) => {
  const jan = await (await world.rep("jan.reuter")).begin();
  const [hcp] = await jan.hcpsWithoutCall();
  await jan.open(hcp);
  const id = new URL(jan.page.url()).pathname.split("/").pop();
  await jan.plan(hcp);
  await jan.workOffline();

  const path = await jan.record(hcp);
  await capture(jan);
  await jan.submit();
  await until("a mark says what waits", async () => /^\d+ waits?$/.test((await jan.mark.innerText()).trim()));

  // The page is loaded anew, without a network: everything is still there.
  await jan.page.reload();
  await until("the mark is back", async () => /^\d+ waits?$/.test((await jan.mark.innerText()).trim()));
  await jan.page.goto(new URL(path, jan.page.url()).href);
  await seeCaptured(jan);
  assert.deepEqual(world.crm.received, [], "nothing may have left the device");
  await jan.press("Close");

  await jan.workOffline(false);
  await jan.sync();
  const submitted = await world.crm.event("com.rounds.call.submitted.v1");
  assert.equal(submitted.data.hcp, id);
  assert.equal(submitted.data.notes, NOTES);
  assert.equal(submitted.data.channel, "remote");
  assert.equal(submitted.data.products[0].reaction, "interested");
  assert.equal(submitted.data.next_step.text, "Send the dosing table");
  assert.equal(submitted.data.side_effect, "none_mentioned");
  assert.equal(submitted.message, submitted.event.id, "the event's id is the key against doubles");
  assert.match(submitted.event.partitionkey, /^[A-Za-z0-9_-]+$/);

  await amend(jan, hcp, path);
  const amended = await world.crm.event("com.rounds.call.amended.v1");
  assert.equal(amended.data.amendment.reason, "It was by phone");
  assert.equal(amended.data.channel, "phone");
  assert.equal(amended.data.hcp, id);

  const types = world.crm.received.map((one) => one.event?.type ?? one.error);
  assert.deepEqual(types, ["com.rounds.call.submitted.v1", "com.rounds.call.amended.v1"]);
});

async function capture(jan) {
  await jan.choose("How you met", "Remote");
  await jan.sheet.getByRole("group", { name: /^Reaction to / }).first().getByRole("button", { name: "Interested" }).click();
  await jan.notes.pressSequentially(NOTES);
  await jan.nextStep.fill("Send the dosing table");
  await jan.choose("Did anyone mention a side effect?", "No");
  await jan.sheet.getByText("Saved on this device. No network: it will go by itself.").waitFor();
}

async function seeCaptured(jan, channel = "Remote") {
  await jan.sheet.getByText(/^Submitted by Jan Reuter/).waitFor();
  const frozen = await jan.sheet.innerText();
  for (const said of [channel, "Interested", ...NOTES.split("\n"), "Send the dosing table", "None mentioned"]) {
    assert.ok(frozen.includes(said), `${said} is missing in:\n${frozen}`);
  }
}

/** A submitted call is frozen; a later change needs a reason, and what was submitted stays in sight. */
async function amend(jan, hcp, path) {
  await jan.openFromTimeline(hcp, path);
  assert.equal(await jan.notes.count(), 0, "a submitted call has no editor");
  await jan.press("Amend");
  await jan.choose("How you met", "Phone");
  await jan.press("Save amendment");
  await jan.sheet.getByRole("alert").getByText("A reason is missing.").waitFor();
  assert.ok(await jan.chosen("How you met", "Phone"), "a refusal keeps what was entered");
  await jan.field("Why do you change it?").fill("It was by phone");
  await jan.press("Save amendment");
  await jan.toast("Amendment saved").waitFor();
  await jan.sheet.getByRole("heading", { name: "Amendments" }).waitFor();
  await seeCaptured(jan, "Phone");
  await seeSubmitted(jan, "Remote", "Phone");
  await jan.press("Close");
  await jan.sync();
}

/** The value that was submitted, beside the one that it became, each with a word for what it is. */
async function seeSubmitted(jan, submitted, amended) {
  const change = jan.sheet.getByRole("listitem").filter({ hasText: "It was by phone" }).getByRole("listitem");
  const words = (await change.innerText()).split("\n").map((line) => line.trim()).filter(Boolean);
  assert.deepEqual(words, ["How you met", "Submitted", submitted, "Amended to", amended]);
  assert.equal(await change.getByRole("deletion").innerText(), submitted);
  assert.equal(await change.getByRole("insertion").innerText(), amended);
}
