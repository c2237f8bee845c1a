import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newId } from '#protocol/newId.ts';

/*
 * What the database alone can do: prepared statements on a table like that of messages, every commit on the disk.
 */

const RUN_MS = 3_000;
const text = 'Is the garden chair still in stock? '.repeat(6).slice(0, 200);
const author = JSON.stringify({ kind: 'visitor' });

const folder = mkdtempSync(join(tmpdir(), 'coview-bench-'));
const database = new Database(join(folder, 'bare.sqlite'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`CREATE TABLE messages (site TEXT NOT NULL, conversationId TEXT NOT NULL, seq INTEGER NOT NULL,
  id TEXT NOT NULL, at INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, file TEXT,
  PRIMARY KEY (site, conversationId, seq), UNIQUE (site, conversationId, id))`);
const insert = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, NULL)');
const conversations = Array.from({ length: 200 }, () => ({ id: newId<string>('cn'), seq: 0 }));

let place = 0;
function one(): void {
  const conversation = conversations[place++ % conversations.length] as (typeof conversations)[number];
  insert.run('demo', conversation.id, ++conversation.seq, newId<string>('m'), Date.now(), author, text);
}

/** Rows a second. */
function rateOf(rows: number, commit: () => void): number {
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < RUN_MS) {
    commit();
    count += rows;
  }
  return (count / (performance.now() - began)) * 1000;
}

const hundred = database.transaction(() => {
  for (let i = 0; i < 100; i++) one();
});
const single = rateOf(1, one);
const grouped = rateOf(100, () => hundred());
database.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`rates ${JSON.stringify({ single, grouped })}\n`);
