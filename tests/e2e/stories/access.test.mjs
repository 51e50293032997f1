// Accessibility: axe-core has nothing to say about any screen, light or dark, on a tablet or a phone.

import assert from "node:assert/strict";
import { violations } from "../harness/access.mjs";
import { story } from "../harness/story.mjs";

const LOOKS = {
  "light tablet": { colorScheme: "light" },
  "dark tablet": { colorScheme: "dark" },
  "light phone": { colorScheme: "light", viewport: { width: 390, height: 844 } },
  "dark phone": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
};

story("access-can-fail", "axe finds a button without a name", async (world) => {
  const jan = await world.rep("jan.reuter");
  await jan.heading("Sign in").waitFor();
  await jan.page.evaluate(() => document.querySelector("main").append(document.createElement("button")));
  const found = await violations(jan.page);
  assert.ok(found.some((one) => one.startsWith("button-name: ")), found.join("\n"));
});

for (const [name, look] of Object.entries(LOOKS)) {
  story(`access-${name.replace(" ", "-")}`, `axe finds nothing on any screen: ${name}`, async (world) => {
    const jan = await world.rep("jan.reuter", look);
    const found = [];
    for await (const screen of tour(jan)) {
      found.push(...(await violations(jan.page)).map((one) => `${screen}: ${one}`));
    }
    assert.deepEqual(found, []);
  });
}

/** Every screen and sheet, and the states that look different. */
async function* tour(jan) {
  await jan.heading("Sign in").waitFor();
  yield "sign in";
  await jan.signIn("not the password");
  await jan.page.getByRole("alert").getByText("User or password is wrong.").waitFor();
  yield "sign in, refused";
  await jan.begin();
  yield "today";
  const [hcp] = await jan.hcpsWithoutCall();
  yield "HCPs";
  await jan.search("nobody at all");
  await jan.page.getByText("Nobody for").waitFor();
  yield "HCPs, nobody found";
  yield* profile(jan, hcp);
  yield* call(jan, hcp);
  await jan.go("Tasks");
  await jan.heading("Tasks").waitFor();
  yield "tasks";
  await jan.goToSync();
  yield "sync";
  await jan.press("You");
  await jan.sheet.waitFor();
  yield "you";
}

async function* profile(jan, hcp) {
  await jan.open(hcp);
  await jan.page.getByRole("tab", { name: "Profile" }).click();
  await jan.page.getByRole("tabpanel", { name: "Profile" }).waitFor();
  yield "360, profile";
  await jan.page.getByRole("tab", { name: "Timeline" }).click();
  await jan.page.getByRole("tabpanel", { name: "Timeline" }).waitFor();
  yield "360, timeline";
  await jan.page.getByRole("group", { name: "Consent" }).getByRole("button").first().click();
  await jan.sheet.waitFor();
  yield "consent";
  await jan.press("Close");
}

async function* call(jan, hcp) {
  await jan.go("Today");
  await jan.press("Plan a call");
  await jan.sheet.waitFor();
  yield "plan";
  await jan.press("Close");
  await jan.plan(hcp);
  await jan.workOffline();
  await jan.record(hcp);
  yield "call, recording";
  await jan.press("Submit call");
  await jan.page.getByRole("alert").filter({ hasText: /\S/ }).first().waitFor();
  yield "call, refused";
  await jan.choose("Did anyone mention a side effect?", "Yes");
  await jan.saved();
  await jan.submit();
  await jan.goToSync();
  await jan.page.getByRole("heading", { name: "Waits to be sent" }).waitFor();
  yield "sync, offline";
  await jan.go("Today");
  await jan.dayEntry(hcp).click();
  await jan.press("Open call");
  await jan.sheet.getByText(/^Submitted by/).waitFor();
  yield "call, submitted";
  await jan.press("Amend");
  await jan.field("Why do you change it?").waitFor();
  yield "call, amending";
  await jan.press("Close");
}
