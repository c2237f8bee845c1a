import { describeMachine } from './harness/machine.ts';
import { type Result, tableOf, writeResult } from './harness/report.ts';

/** By name: what `npm run bench NAME` runs. */
const benches: Record<string, () => Promise<Result>> = {
  chat: async () => (await import('./chat/chat.ts')).chat(),
  history: async () => (await import('./chat/history.ts')).history(),
  rest: async () => (await import('./rest/rest.ts')).rest(),
  presence: async () => (await import('./presence/presence.ts')).presence(),
  forward: async () => (await import('./forward/forward.ts')).forward(),
  cobrowse: async () => (await import('./cobrowse/cobrowse.ts')).cobrowse(),
  'call-setup': async () => (await import('./call-setup/call-setup.ts')).callSetup(),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}

for (const [name, run] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const machine = describeMachine();
  const result = await run();
  process.stdout.write(`\n${tableOf(result, machine)}\n${await writeResult(result, machine)}\n\n`);
}
process.exit(0);
