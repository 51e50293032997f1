// axe-core on a page: what it finds, in words. Which screens are looked at is the story's business.

import { readFileSync } from "node:fs";
import { need } from "./place.mjs";

const SOURCE = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");

/** Violations of the page as it is now: rule, element and what to do, one a line. */
export async function violations(page) {
  // Evaluated by the driver, not by the page, whose policy would rightly refuse it.
  await page.evaluate(`window.axe || (() => { ${SOURCE} })()`);
  const { violations: found } = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll(/\s+/g, " ")}`),
  );
}
