// automerge-repo with its sync server over websockets and files on both sides:
// `node automerge_repo.mjs server|client FOLDER WORKLOAD [PORT]`. It gets the very changes that ours gets. It has no list
// of documents, so the client is told their ids.

import { mkdirSync } from "node:fs";
import * as A from "@automerge/automerge";
import { Repo, interpretAsDocumentId } from "@automerge/automerge-repo";
import { WebSocketClientAdapter, WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";
import { WebSocketServer } from "ws";
import { all, records, say, serve, until } from "./partner.mjs";

const [role, folder, workload, port] = process.argv.slice(2);
/** Documents that are asked for at once. */
const AT_ONCE = 500;

mkdirSync(folder, { recursive: true });
const storage = new NodeFSStorageAdapter(folder);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const name = (id) => interpretAsDocumentId(new Uint8Array(Buffer.from(id.replaceAll("-", ""), "hex")));
const has = (handle, hash) => A.hasHeads(handle.doc(), [hash]);

/** Applies the changes of a file to documents in hand. */
async function change(repo, handles, file) {
  const list = await all(`${workload}/${file}.ndjson`);
  for (const { id, change } of list) {
    handles.get(id).update((doc) => A.applyChanges(doc, [bytes(change)])[0]);
  }
  await repo.flush();
  return { changed: list.length };
}

/** Waits until the changes of a file are here, and on the disk. */
async function arrived(repo, handles, list) {
  await until(list, ({ id, hash }) => has(handles.get(id), hash));
  await repo.flush(list.map(({ id }) => name(id)));
  return { arrived: list.length };
}

async function asServer() {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const network = [new WebSocketServerAdapter(sockets)];
  // As the project's own sync server has it: only who knows a document's id gets it.
  const repo = new Repo({ network, storage, peerId: "server", sharePolicy: async () => false });
  const handles = new Map();
  for await (const { id, changes } of records(`${workload}/documents.ndjson`)) {
    const [doc] = A.applyChanges(A.init(), changes.map(bytes));
    handles.set(id, repo.import(A.save(doc), { docId: name(id) }));
    if (handles.size % AT_ONCE === 0) await repo.flush();
  }
  await repo.flush();
  const up = await all(`${workload}/up.ndjson`);
  say({ port: sockets.address().port });
  await serve({ change: () => change(repo, handles, "down"), arrived: () => arrived(repo, handles, up) });
}

async function asClient() {
  const [ids, handles] = [[], new Map()];
  for await (const { id } of records(`${workload}/documents.ndjson`)) ids.push(id);
  const down = await all(`${workload}/down.ndjson`);
  const socket = new WebSocketClientAdapter(`ws://127.0.0.1:${port}`);
  const repo = new Repo({ network: [socket], storage, peerId: "client" });
  // A document that is asked for while nobody is there counts as unavailable.
  await until([repo], ({ peers }) => peers.length > 0);
  say({ ready: true });
  await serve({
    async first() {
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const some = ids.slice(at, at + AT_ONCE);
        const found = await Promise.all(some.map((id) => repo.find(name(id))));
        found.forEach((handle, n) => handles.set(some[n], handle));
      }
      await repo.flush();
      return { documents: handles.size };
    },
    async offline() {
      repo.networkSubsystem.disconnect();
      return change(repo, handles, "up");
    },
    async weeks() {
      repo.networkSubsystem.reconnect();
      return arrived(repo, handles, down);
    },
  });
}

await (role === "server" ? asServer() : asClient());
