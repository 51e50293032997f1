// Started programs: their lines, and how they end. Only what was started here is ended here.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import process from "node:process";
import { place } from "./place.mjs";
import { until } from "./until.mjs";

const running = new Set();
// A test run that is broken off leaves nothing behind.
process.on("exit", () => running.forEach(endGroup));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Ends what a program has started and left behind: the driver does not always take its window along. */
function endGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Whether anything of what a program has started still runs. */
function lives(child) {
  try {
    return process.kill(-child.pid, 0);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
    return false;
  }
}

/** A program that runs. */
export class Program {
  #child;
  #ended;
  /** What it has printed, a line each. */
  lines = [];
  /** What it has told the operator, a line each. */
  log = [];

  constructor(command, args, options = {}) {
    this.name = command.split("/").pop();
    // In a group of its own, so that what it starts can be ended with it.
    this.#child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
    running.add(this.#child);
    // Not "close": a program that it has started may hold its output open for longer.
    this.#ended = once(this.#child, "exit").finally(() => running.delete(this.#child));
    this.#ended.catch(() => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.lines.push(line));
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.log.push(line));
  }

  /** Waits for something in its output: `find` looks at a line and answers with what it was after. `patience` in milliseconds. */
  async says(what, find, patience) {
    return until(`${this.name} says ${what}`, () => {
      for (const line of [...this.lines, ...this.log]) {
        const found = find(line);
        if (found) return found;
      }
      if (this.#child.exitCode !== null) throw new Error(`${this.name} has ended:\n${this.log.join("\n")}`);
      return undefined;
    }, patience);
  }

  /** Waits until it ends by itself; anything but success is an error. */
  async done() {
    const [code, signal] = await this.#ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code ?? signal}:\n${this.log.join("\n")}`);
  }

  /** Keeps what it has said beside the pictures of a failed story. */
  keepLog(name) {
    mkdirSync(place.failures, { recursive: true });
    writeFileSync(join(place.failures, `${name}.log`), [...this.lines, ...this.log, ""].join("\n"));
  }

  /** Asks it to finish what it does and waits until it has ended. */
  async stop() {
    this.#child.kill("SIGTERM");
    await this.#ended;
    endGroup(this.#child);
  }

  /** Ends it as Ctrl-C at a terminal does. Answers with its exit code, and whether something that it started is left. */
  async interrupt() {
    process.kill(-this.#child.pid, "SIGINT");
    const [code] = await this.#ended;
    return { code, left: lives(this.#child) };
  }

  /** Ends it at once, as a power cut would. */
  async kill() {
    endGroup(this.#child);
    await this.#ended;
  }
}
