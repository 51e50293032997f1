// The app's own window, driven by the protocol that WebKit's driver speaks (W3C WebDriver). What is told is the
// story's business.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { place } from "./place.mjs";
import { freePorts } from "./port.mjs";
import { Program } from "./program.mjs";
import { until } from "./until.mjs";

/** The key under which the protocol hands out elements. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** A driver that has not answered after this is one that never will. */
const PATIENCE = 60_000;

/** An open window. */
export class Window {
  #driver;
  #session;

  /** Opens the app's window with a device of its own. */
  static async open(world) {
    const window = new Window();
    const port = await freePorts(1);
    const home = join(world.folder, "home");
    mkdirSync(home);
    const environment = {
      ...process.env,
      // Without this the app never answers the driver.
      TAURI_WEBVIEW_AUTOMATION: "true",
      ROUNDS_SERVER: world.server,
      ROUNDS_DEVICE_DATA: join(home, "device"),
      // Nothing of the machine's user, whose keychain this is not.
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_CONFIG_HOME: join(home, "config"),
      DBUS_SESSION_BUS_ADDRESS: "disabled:",
    };
    window.#driver = new Program(place.windowDriver, [`--port=${port}`], { env: environment });
    const address = `http://127.0.0.1:${port}`;
    await until("the driver answers", () => fetch(`${address}/status`).then((answer) => answer.ok, () => false));
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: place.window, args: [] } } };
    const { sessionId } = await ask("POST", `${address}/session`, { capabilities });
    window.#session = `${address}/session/${sessionId}`;
    return window;
  }

  /** Waits for the first element of an XPath. */
  async see(xpath) {
    const found = await until(xpath, async () => {
      const using = { using: "xpath", value: xpath };
      const [first] = await ask("POST", `${this.#session}/elements`, using);
      return first;
    });
    return `${this.#session}/element/${found[ELEMENT]}`;
  }

  /** Waits until what the XPath finds says something, and returns it. */
  async text(xpath) {
    // An element that was drawn anew in between is looked for again.
    return until(`${xpath} says something`, async () => {
      const element = await this.see(xpath);
      // Not the driver's own idea of the visible text: it has none of rows that are drawn only when they are in sight.
      return ask("GET", `${element}/property/textContent`).then((text) => text !== "" && text, () => false);
    });
  }

  async press(name) {
    await this.click(`//button[normalize-space()='${name}' or @aria-label='${name}']`);
  }

  /** Clicks what the XPath finds, as soon as it can be clicked. */
  async click(xpath) {
    await until(`${xpath} takes a click`, async () => {
      const element = await this.see(xpath);
      return ask("POST", `${element}/click`, {}).then(() => true, () => false);
    });
  }

  /** Writes into a field, in place of what was there. */
  async type(label, text) {
    const field = await this.see(`//label[.//span[normalize-space()='${label}']]//input|//input[@aria-label='${label}']`);
    await ask("POST", `${field}/clear`, {});
    await ask("POST", `${field}/value`, { text });
  }

  /** Closes the window; of a failed story a picture is kept. */
  async close(failed) {
    if (failed && this.#session) {
      mkdirSync(place.failures, { recursive: true });
      const picture = await ask("GET", `${this.#session}/screenshot`);
      writeFileSync(join(place.failures, "window.png"), Buffer.from(picture, "base64"));
    }
    if (this.#session) await ask("DELETE", this.#session);
    await this.#driver?.stop();
  }
}

async function ask(method, address, body) {
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address, { method, headers, signal, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
