// The day: signing in, what today shows, finding an HCP and opening the 360.

import assert from "node:assert/strict";
import { story } from "../harness/story.mjs";
import { until } from "../harness/until.mjs";

story("day", "a rep signs in, sees the day and finds an HCP while typing", async (world) => {
  const jan = await world.rep("jan.reuter");

  // A wrong password is refused in words, and what was typed is still there.
  await jan.signIn("not the password");
  await jan.page.getByRole("alert").getByText("User or password is wrong.").waitFor();
  assert.equal(await jan.field("User").inputValue(), "jan.reuter");
  assert.equal(await jan.field("Password").inputValue(), "not the password");

  await jan.begin();
  await jan.day.getByRole("link").first().waitFor();
  assert.match(await jan.day.innerText(), /\d calls?/);

  const [hcp] = await jan.hcpsWithoutCall();
  const family = hcp.split(" ").pop();
  await jan.search(family.slice(0, 3).toUpperCase());
  await until("the hits all match", async () => {
    const names = await jan.hits.allInnerTexts();
    return names.length > 0 && names.some((name) => name.includes(hcp));
  });

  await jan.open(hcp);
  for (const tab of ["Timeline", "Profile"]) {
    await jan.page.getByRole("tab", { name: tab }).click();
    await jan.page.getByRole("tabpanel", { name: tab }).waitFor();
  }
  await jan.page.getByRole("heading", { name: "Workplaces" }).waitFor();
  await jan.page.getByRole("group", { name: "Consent" }).getByRole("button").first().waitFor();
});

story("phone", "the same screens work on a phone", async (world) => {
  const jan = await (await world.rep("jan.reuter", { viewport: { width: 390, height: 844 } })).begin();

  const [hcp] = await jan.hcpsWithoutCall();
  await jan.open(hcp);
  assert.ok(await jan.page.getByRole("link", { name: "Back to the list" }).isVisible());
  const [wide, view] = await jan.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= view, `the page is ${wide} wide on a screen of ${view}`);

  await jan.page.getByRole("link", { name: "Back to the list" }).click();
  await jan.hits.first().waitFor();
  await jan.go("Tasks");
  await jan.heading("Tasks").waitFor();
});
