// PouchDB with its server for express, LevelDB on both sides: `node pouchdb.mjs server|client FOLDER WORKLOAD [PORT]`.
// It keeps a document as plain JSON with the tree of its revisions; it does not merge, it keeps conflicts.

import { mkdirSync } from "node:fs";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";
import { all, records, say, serve } from "./partner.mjs";

const [role, folder, workload, port] = process.argv.slice(2);
const NAME = "bench";
/** As many documents of one request as our own device takes about; the default is a tenth of it. */
const BATCHES = { batch_size: 1000, batches_limit: 10 };

mkdirSync(folder, { recursive: true });
process.chdir(folder);
const Prefixed = PouchDB.defaults({ prefix: folder + "/" });

/** Every version of every document, each upon the one before. */
async function fill(db) {
  let batch = [];
  for await (const record of records(`${workload}/documents.ndjson`)) {
    batch.push({ ...record, rev: undefined });
    if (batch.length === 2000) await write(db, batch.splice(0));
  }
  await write(db, batch);
}

async function write(db, records) {
  for (let version = 0; ; version++) {
    const some = records.filter(({ states }) => version < states.length);
    if (some.length === 0) return;
    const docs = some.map(({ id, rev, states }) => ({ ...states[version], _id: id, _rev: rev }));
    const answers = await db.bulkDocs(docs);
    answers.forEach(({ rev }, n) => (some[n].rev = rev));
  }
}

/** The next version of documents that are there. */
async function change(db, file) {
  const records = await all(`${workload}/${file}.ndjson`);
  const { rows } = await db.allDocs({ keys: records.map(({ id }) => id) });
  const docs = records.map(({ id, state }, n) => ({ ...state, _id: id, _rev: rows[n].value.rev }));
  const answers = await db.bulkDocs(docs);
  return { changed: answers.filter(({ ok }) => ok).length };
}

if (role === "server") {
  const db = new Prefixed(NAME);
  await fill(db);
  const app = express();
  const quiet = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt` };
  app.use("/", expressPouchDB(Prefixed, quiet));
  const listener = app.listen(0, "127.0.0.1", () => say({ port: listener.address().port }));
  await serve({
    change: () => change(db, "down"),
    arrived: async () => ({ documents: (await db.info()).doc_count }),
  });
} else {
  const local = new Prefixed(NAME);
  const remote = new PouchDB(`http://127.0.0.1:${port}/${NAME}`);
  say({ ready: true });
  await serve({
    async first() {
      await PouchDB.replicate(remote, local, BATCHES);
      return { documents: (await local.info()).doc_count };
    },
    offline: () => change(local, "up"),
    async weeks() {
      const { push, pull } = await PouchDB.sync(local, remote, BATCHES);
      return { up: push.docs_written, down: pull.docs_written };
    },
  });
}
