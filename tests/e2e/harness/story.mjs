// A story: a test with a world of its own, whose pages must not have complained of anything.

import { test } from "node:test";
import { World } from "./world.mjs";

/** Tells a story. `name` is short, for folders and pictures; `title` is what the run prints. */
export function story(name, title, tell) {
  test(title, async () => {
    const world = await World.open(name);
    try {
      await tell(world);
    } catch (error) {
      await world.close({ failed: true }).catch((also) => (error.message += `\n${also.message}`));
      throw error;
    }
    await world.close();
  });
}
