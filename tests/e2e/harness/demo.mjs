// A demo: `script/run` as on a machine without display and keychain, and the app that it opens, asked as the screens
// ask it.

import { join } from "node:path";
import process from "node:process";
import { place } from "./place.mjs";
import { freePorts } from "./port.mjs";
import { Program } from "./program.mjs";
import { until } from "./until.mjs";

/** The first start may build everything, in milliseconds. */
const BUILDING = 40 * 60_000;

/** A demo that runs. */
export class Demo {
  #program;

  /** Starts one on a data folder and waits for its address. */
  static async start(data, ...args) {
    const demo = new Demo();
    const begin = performance.now();
    // The app's port, and the server's behind it.
    const port = await freePorts(2);
    const { DISPLAY, WAYLAND_DISPLAY, ...environment } = process.env;
    // A keychain of whoever runs the tests is not ours.
    const env = { ...environment, DBUS_SESSION_BUS_ADDRESS: "disabled:" };
    const options = ["--headless", "--data", data, "--port", String(port), ...args];
    demo.#program = new Program(place.run, options, { env, cwd: data });
    demo.data = data;
    demo.url = new URL(await demo.#program.says("its address", address, BUILDING));
    demo.seconds = ((performance.now() - begin) / 1000).toFixed(1);
    return demo;
  }

  /** What it has told whoever started it, a line each. */
  get told() {
    return this.#program.lines;
  }

  /** Sends a command as the screens do; `token` is what the caller knows. */
  async send(command, content = {}, token = this.url.searchParams.get("token")) {
    const headers = { "content-type": "application/json", "x-rounds-token": token };
    return fetch(new URL(`/command/${command}`, this.url), { method: "POST", headers, body: JSON.stringify(content) });
  }

  /** The reply to a command that must not be refused. */
  async ask(command, content) {
    const answer = await this.send(command, content);
    if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`);
    return answer.json();
  }

  /** Gives the passphrase and waits until the demo's rep is signed in and has everything. */
  async open(passphrase) {
    await this.ask("unlock", { passphrase });
    return until("the rep has everything", async () => {
      const session = await this.ask("get_session");
      return session.ready && session;
    });
  }

  /** Which golden records the server has. */
  async overview() {
    const overview = new Program(place.server, ["overview", "--data", join(this.data, "server")]);
    await overview.done();
    return JSON.parse(overview.lines.join(""));
  }

  /** Ctrl-C: answers with the exit code, and whether something is left. */
  async interrupt() {
    return this.#program.interrupt();
  }

  /** Ends whatever is left of it; its log is kept. */
  async abandon(name) {
    this.#program.keepLog(name);
    await this.#program.kill();
  }
}

function address(line) {
  return / is open at (\S+)$/.exec(line)?.[1];
}
