// A world of one story: a server with the demo company, the CRM behind it, and reps with a device each.

import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Browser } from "./browser.mjs";
import { Crm } from "./crm.mjs";
import { folder, place } from "./place.mjs";
import { Program } from "./program.mjs";
import { Rep } from "./rep.mjs";

/** The password of all demo people. */
export const PASSWORD = "a demo password of the tests";

/** Everything that one story needs, on this machine alone. */
export class World {
  #server;
  #browser;
  #reps = [];

  /** Opens a world; `name` names its folder and the pictures of its failures. */
  static async open(name) {
    const world = new World();
    world.name = name;
    world.folder = mkdtempSync(join(folder(), `${name}-`));
    cpSync(await company(), join(world.folder, "server"), { recursive: true });
    world.crm = await Crm.start();
    world.#server = world.#serve();
    const address = await world.#server.says("where it listens", listening);
    world.server = `http://${address}`;
    return world;
  }

  /** A rep with a device and a tablet; nobody is signed in yet. */
  async rep(login, look = {}) {
    this.#browser ??= await Browser.start();
    const rep = new Rep(this, login, await this.#browser.tablet(look));
    this.#reps.push(rep);
    await rep.switchOn();
    return rep;
  }

  /**
   * Ends everything: devices, then the server, which finishes its deliveries, then the CRM. Keeps pictures and traces
   * when the story has failed, and complains of what any page complained of.
   */
  async close({ failed = false } = {}) {
    const complaints = [];
    for (const rep of this.#reps) complaints.push(...(await rep.leave(failed)));
    await this.#browser?.stop();
    await this.#server?.stop();
    await this.crm?.stop();
    if (failed) this.#server?.keepLog(`${this.name}-server`);
    // A window that was closed may still be putting its caches away.
    if (!failed) rmSync(this.folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
    if (complaints.length > 0) throw new Error(`pages complained:\n${complaints.join("\n")}`);
  }

  #serve() {
    const environment = {
      ...process.env,
      ROUNDS_LOG: "info",
      ROUNDS_LOG_JSON: "true",
      ROUNDS_WEBHOOK__URL: this.crm.url,
      ROUNDS_WEBHOOK__SECRET: this.crm.secret,
    };
    const args = ["serve", "--data", join(this.folder, "server"), "--listen", "127.0.0.1:0"];
    return new Program(place.server, args, { env: environment });
  }
}

function listening(line) {
  if (!line.startsWith("{")) return undefined;
  const { fields } = JSON.parse(line);
  return fields?.message === "listening" && fields.addr;
}

/** A server's data folder with the demo company, made once a run and copied for every story. */
async function company() {
  const made = join(folder(), "company");
  if (existsSync(made)) return made;
  const own = mkdtempSync(join(folder(), "company-"));
  const args = ["seed", "--data", own, "--password-env", "DEMO_PASSWORD"];
  await new Program(place.server, args, { env: { ...process.env, DEMO_PASSWORD: PASSWORD } }).done();
  try {
    renameSync(own, made);
  } catch (error) {
    // Another file of stories, running beside this one, was faster: its company is as good.
    if (!existsSync(made)) throw error;
    rmSync(own, { recursive: true });
  }
  return made;
}
