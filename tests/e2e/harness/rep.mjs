// A rep at a tablet: what one does in Rounds, in the words of the trade. Everything is found by role and label, as a
// person or a screen reader finds it. What must come of it is the stories' business.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { place } from "./place.mjs";
import { Program } from "./program.mjs";
import { until } from "./until.mjs";
import { PASSWORD } from "./world.mjs";

/** A rep with a device (`rounds-web`) and a page on it. */
export class Rep {
  #device;
  #args;

  constructor(world, login, tablet) {
    this.login = login;
    this.name = `${world.name}-${login}`;
    this.tablet = tablet;
    this.page = tablet.page;
    const passphrase = join(world.folder, `${login}.passphrase`);
    writeFileSync(passphrase, `the passphrase of ${login}\n`);
    this.#args = ["--data", join(world.folder, login), "--server", world.server];
    this.#args.push("--ui", place.bundle, "--passphrase-file", passphrase);
  }

  /** Starts the device and opens its address. */
  async switchOn() {
    this.#device = new Program(place.web, this.#args, { env: { ...process.env, RUST_LOG: "info" } });
    const address = await this.#device.says("its address", (line) => / is open at (\S+)$/.exec(line)?.[1]);
    await this.page.goto(address);
  }

  /** Cuts the device's power. */
  async cutPower() {
    await this.#device.kill();
  }

  /** Leaves; answers with what the page has complained of. */
  async leave(failed) {
    await this.tablet.close(this.name, failed);
    await this.#device?.stop();
    if (failed) this.#device?.keepLog(this.name);
    return this.tablet.complaints.map((complaint) => `${this.name}: ${complaint}`);
  }

  // The way in.

  async signIn(password = PASSWORD) {
    await this.field("User").fill(this.login);
    await this.field("Password").fill(password);
    await this.press("Sign in");
  }

  /** Signs in and waits until the first sync is through. */
  async begin() {
    await this.signIn();
    await this.heading("Today").waitFor();
    await this.page.getByText("The first sync is running.").first().waitFor({ state: "detached" });
    return this;
  }

  // Places.

  async go(screen) {
    await this.page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: screen }).click();
  }

  async goToSync() {
    await this.page.getByRole("navigation", { name: "Screens" }).locator('a[href="/sync"]').click();
    await this.heading("Sync").waitFor();
  }

  /** The mark at the foot of the rail: "Sync", "Offline", "2 wait". */
  get mark() {
    return this.page.getByRole("navigation", { name: "Screens" }).locator('a[href="/sync"]');
  }

  /** The list of the day. */
  get day() {
    return this.page.getByRole("region", { name: "Today" });
  }

  /** The sheet that lies over everything. */
  get sheet() {
    return this.page.getByRole("dialog");
  }

  // Network.

  async workOffline(offline = true) {
    await this.goToSync();
    const own = this.page.getByRole("switch", { name: "Work offline" });
    await own.and(this.page.locator(`[aria-checked="${!offline}"]`)).click();
    await own.and(this.page.locator(`[aria-checked="${offline}"]`)).waitFor();
  }

  /** Exchanges with the server until nothing waits any more. */
  async sync() {
    await this.goToSync();
    await this.press("Sync now");
    await this.page.getByText("Everything has arrived.").waitFor();
    await this.page.getByText("Connected").waitFor();
  }

  // HCPs.

  /** Types into the search of the HCPs and waits for the hits: names, best first. */
  async search(text) {
    await this.go("HCPs");
    const field = this.page.getByRole("searchbox", { name: "Search HCPs" });
    await field.fill("");
    await field.pressSequentially(text);
  }

  get hits() {
    return this.page.getByRole("region", { name: "HCPs" }).getByRole("listitem").getByRole("link");
  }

  /** Names of HCPs on the device who have no call today, so that a story may plan one. */
  async hcpsWithoutCall() {
    await this.go("Today");
    const today = await this.day.innerText();
    await this.go("HCPs");
    await this.hits.first().waitFor();
    const names = await this.hits.locator(".strong").allInnerTexts();
    const inactive = await this.hits.filter({ hasText: "Inactive" }).locator(".strong").allInnerTexts();
    const twice = (name) => names.indexOf(name) !== names.lastIndexOf(name);
    return names.filter((name) => !twice(name) && !today.includes(name) && !inactive.includes(name));
  }

  /** Opens the 360 of an HCP. */
  async open(hcp) {
    await this.search(hcp);
    await this.hits.filter({ hasText: hcp }).first().click();
    await this.heading(hcp).waitFor();
    await this.page.waitForURL("**/hcps/*");
  }

  // Calls.

  async plan(hcp) {
    await this.go("Today");
    await this.press("Plan a call");
    await this.sheet.getByRole("searchbox", { name: "Search HCPs" }).fill(hcp);
    await this.sheet.getByRole("button", { name: hcp }).first().click();
    await this.sheet.getByRole("button", { name: "Plan call" }).click();
    await this.sheet.waitFor({ state: "detached" });
    await this.dayEntry(hcp).waitFor();
  }

  /** The line of the day with this HCP. */
  dayEntry(hcp) {
    return this.day.getByRole("link").filter({ hasText: hcp });
  }

  /** Begins to record the call of the day with this HCP; answers with the path that names the call. */
  async record(hcp) {
    await this.go("Today");
    await this.dayEntry(hcp).click();
    await this.page.getByRole("heading", { name: hcp, level: 1 }).waitFor();
    await this.press(/^(Record call|Go on recording)$/);
    await this.sheet.getByRole("textbox", { name: "Notes" }).waitFor();
    return new URL(this.page.url()).pathname;
  }

  /** Opens a call of an HCP from the timeline, which shows colleagues' calls too. */
  async openFromTimeline(hcp, path) {
    await this.open(hcp);
    await this.page.locator(`.entry-line[href="${path}"]`).click();
    await this.sheet.waitFor();
  }

  choice(group, name) {
    return this.sheet.getByRole("group", { name: group }).getByRole("button", { name, exact: true });
  }

  async choose(group, name) {
    await this.choice(group, name).click();
    await until(`${name} stands`, async () => (await this.chosen(group, name)) || undefined);
  }

  async chosen(group, name) {
    return (await this.choice(group, name).getAttribute("aria-pressed")) === "true";
  }

  get notes() {
    return this.sheet.getByRole("textbox", { name: "Notes" });
  }

  get nextStep() {
    return this.sheet.getByRole("textbox", { name: "Next step" });
  }

  /** Waits until the device has acknowledged everything that was typed. */
  async saved() {
    await this.sheet.getByText("Saved on this device").waitFor();
  }

  /** Submits the call, which has ended just now. */
  async submit() {
    await this.press("Submit call");
    const ended = this.page.getByRole("button", { name: "It ended just now: submit" });
    await ended.or(this.toast("Call submitted.")).first().waitFor();
    if (await ended.isVisible()) await ended.click();
    await this.toast("Call submitted.").waitFor();
  }

  // What is seen.

  heading(name) {
    return this.page.getByRole("heading", { name, exact: true }).first();
  }

  field(name) {
    return this.page.getByLabel(name, { exact: true });
  }

  /** What was said in passing. Under a sheet the page says it too, unseen. */
  toast(text) {
    return this.page.locator(".toast:visible").filter({ hasText: text });
  }

  async press(name) {
    const scope = (await this.sheet.count()) > 0 ? this.sheet : this.page;
    await scope.getByRole("button", { name, exact: typeof name === "string" }).first().click();
  }
}
