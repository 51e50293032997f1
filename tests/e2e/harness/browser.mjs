// Chromium, and pages that tell what they complain of. What is done on a page belongs to rep.mjs.

import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { need, place } from "./place.mjs";

const { chromium } = need("playwright-core");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TABLET = { width: 1366, height: 1024 };
const PATIENCE = 30_000;

/**
 * A time zone in which it is about noon now, so that no story that speaks of "today" depends on the hour at which
 * it is told.
 */
function noon() {
  const ahead = 12 - new Date().getUTCHours();
  // In these names the sign is turned round: Etc/GMT-5 is five hours ahead.
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

/** A running Chromium. */
export class Browser {
  #chromium;

  static async start() {
    const browser = new Browser();
    browser.#chromium = await chromium.launch({ executablePath: place.chromium, args: FLAGS });
    return browser;
  }

  /** A tablet with storage of its own. `look` may change its size, language or colour scheme. */
  async tablet(look) {
    const context = await this.#chromium.newContext({
      viewport: TABLET,
      locale: "en-GB",
      timezoneId: noon(),
      reducedMotion: "reduce",
      ...look,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.tracing.start({ screenshots: true, snapshots: true });
    return new Tablet(context, await context.newPage());
  }

  async stop() {
    await this.#chromium.close();
  }
}

/** A page, and what it has complained of. */
class Tablet {
  complaints = [];

  constructor(context, page) {
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(`error: ${error}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !isRefusal(message)) {
        this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
  }

  /** Closes the tablet; of a failed story a picture and a trace are kept. */
  async close(name, failed) {
    if (failed) {
      mkdirSync(place.failures, { recursive: true });
      await this.page.screenshot({ path: join(place.failures, `${name}.png`) });
      await this.context.tracing.stop({ path: join(place.failures, `${name}.zip`) });
    }
    await this.context.close();
  }
}

/**
 * Chromium reports every answer that is no success, and every broken connection, as an error of the console. A refused
 * command answers so by contract, and a device that was killed answers not at all; everything else counts.
 */
function isRefusal(message) {
  const { pathname } = new URL(message.location().url || "about:blank");
  return message.text().startsWith("Failed to load resource") && /^\/(command\/|notices$)/.test(pathname);
}
