import { argv, stdout } from 'node:process';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { aCall, aMessage, anEntry, begun, plainPolicy } from './records.ts';

/**
 * A process of its own that writes to a SQLite file: `writer.ts FILE COUNT`. It prints the id of each call once
 * the store has acknowledged it and a message.
 */
const store = await TypeOrmStore.open({ file: argv[2] });
const conversation = await begun(store);
for (let written = 0; written < Number(argv[3]); written += 1) {
  const call = aCall();
  await store.calls.save(call, [anEntry()]);
  await store.chat.append([aMessage(conversation)], plainPolicy);
  stdout.write(`${call.id}\n`);
}
await store.close();
