// How a peer's program is told what to do and answers: a word on a line in, a line of JSON out, until the input ends.
// What a peer does stands in its own file.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** Says something to the benchmark. */
export function say(what) {
  process.stdout.write(JSON.stringify(what) + "\n");
}

/** Does what is asked for by these names, one after another, and ends when nobody asks any more. */
export async function serve(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    say(await commands[line.trim()]());
  }
  process.exit(0);
}

/** Each record of a file with one JSON object a line. */
export async function* records(file) {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    yield JSON.parse(line);
  }
}

/** All of them. */
export async function all(file) {
  const list = [];
  for await (const record of records(file)) list.push(record);
  return list;
}

/** Waits until nothing is left for which this does not hold. */
export async function until(list, holds) {
  let rest = list;
  while ((rest = rest.filter((one) => !holds(one))).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
