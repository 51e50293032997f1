// The real window: the same screens, over the window's own door to the device. The other stories tell what the screens
// do; this one tells that they live in the window too.

import assert from "node:assert/strict";
import { story } from "../harness/story.mjs";
import { Window } from "../harness/window.mjs";
import { PASSWORD } from "../harness/world.mjs";

const PASSPHRASE = "a passphrase that nobody guesses";

story("window", "the window is unlocked, a rep signs in, sees the day and opens an HCP", async (world) => {
  const window = await Window.open(world);
  let failed = true;
  try {
    // No keychain here: the first passphrase is chosen, and one that is too short is refused.
    await window.see("//h1[.='Choose a passphrase']");
    await window.type("Passphrase", "short");
    await window.press("Use this passphrase");
    await window.see("//*[@role='alert']//*[.='This passphrase is too short.']");
    await window.type("Passphrase", PASSPHRASE);
    await window.press("Use this passphrase");

    await window.see("//h1[.='Sign in']");
    await window.type("User", "jan.reuter");
    await window.type("Password", PASSWORD);
    await window.press("Sign in");

    await window.see("//h1[.='Today']");
    await window.see("//section[@aria-label='Today']//li//a");
    await window.click("//nav[@aria-label='Screens']//a[@href='/hcps']");
    const first = "//section[@aria-label='HCPs']//li[1]//a";
    const name = await window.text(`${first}/span[1]`);
    await window.click(first);
    assert.equal(await window.text("//section[@aria-label='Profile']//h1"), name);
    failed = false;
  } finally {
    await window.close(failed);
  }
});
