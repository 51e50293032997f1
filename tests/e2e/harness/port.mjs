// Ports of the loopback that nobody holds.

import { once } from "node:events";
import { createServer } from "node:net";

/** The first of `count` free ports that follow one another. */
export async function freePorts(count) {
  for (;;) {
    const first = await held(0);
    const all = [first];
    while (all.length < count) all.push(await held(first.address().port + all.length).catch(() => undefined));
    const free = all.every(Boolean);
    const { port } = first.address();
    await Promise.all(all.filter(Boolean).map((server) => once(server.close(), "close")));
    if (free) return port;
  }
}

async function held(port) {
  const server = createServer();
  await once(server.listen(port, "127.0.0.1"), "listening");
  return server;
}
