// The CRM that receives the webhook: a program of its own (crm.py), and what it saw.

import { randomBytes } from "node:crypto";
import { place } from "./place.mjs";
import { Program } from "./program.mjs";
import { until } from "./until.mjs";

/** A CRM that listens. */
export class Crm {
  #program;

  /** Starts one with a new secret. */
  static async start() {
    const crm = new Crm();
    crm.secret = `whsec_${randomBytes(32).toString("base64")}`;
    crm.#program = new Program(place.python, [place.crm, crm.secret]);
    const port = await crm.#program.says("its port", (line) => JSON.parse(line).port);
    crm.url = `http://127.0.0.1:${port}/events`;
    return crm;
  }

  /** Everything that was received so far, refused deliveries included. */
  get received() {
    return this.#program.lines.slice(1).map((line) => JSON.parse(line));
  }

  /** The verified events of a type, oldest first. */
  events(type) {
    return this.received.filter((one) => one.verified && one.event.type === type);
  }

  /** Waits for the first event of a type. */
  async event(type) {
    return until(`${type} at the CRM`, () => this.events(type)[0]);
  }

  async stop() {
    await this.#program.stop();
  }
}
