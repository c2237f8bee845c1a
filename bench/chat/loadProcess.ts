import { setTimeout as sleep } from 'node:timers/promises';
import { EngineSocket } from '#bench/presence/EngineSocket.ts';
import { authOf, ORIGIN } from '#bench/presence/visitors.ts';
import { newId } from '#protocol/newId.ts';

/*
 * Visitors who write, and one agent who has all their conversations open; does what its parent says.
 */

export type ChatTask =
  | { do: 'open'; port: number; visitors: number; agentToken: string }
  /** As many as are acknowledged, each visitor with so many under way. */
  | { do: 'flood'; outstanding: number; forMs: number }
  /** At an even pace, while the agent listens. */
  | { do: 'pace'; perSecond: number; forMs: number };

export interface ChatReport {
  acknowledged: number;
  /** Milliseconds. */
  took: number;
  /** From sending to acknowledgement, milliseconds. */
  acknowledgements: number[];
  /** From sending to the agent’s page, milliseconds. */
  deliveries: number[];
}

const text = 'Is the garden chair still in stock? '.repeat(6).slice(0, 200);

let visitors: EngineSocket[] = [];
let agent: EngineSocket | undefined;
const sentAt = new Map<string, number>();
let deliveries: number[] = [];

async function send(visitor: EngineSocket): Promise<string> {
  const id = newId<string>('m');
  sentAt.set(id, performance.now());
  const answer = await visitor.request('chat.send', { message: { id, text } });
  if (!answer.startsWith('[{"data"')) throw new Error(`a message was refused: ${answer}`);
  return answer;
}

function heard(event: string): void {
  const id = /"id":"(m_[\w-]{22})"/.exec(event)?.[1];
  const at = id && sentAt.get(id);
  if (at) deliveries.push(performance.now() - at);
}

async function open(port: number, count: number, token: string): Promise<void> {
  const conversations: string[] = [];
  for (let i = 0; i < count; i++) {
    const visitor = await EngineSocket.open({ port, origin: ORIGIN, auth: authOf(i) });
    visitors.push(visitor);
    const [{ data }] = JSON.parse(await send(visitor)) as [{ data: { conversationId: string } }];
    conversations.push(data.conversationId);
  }
  const auth = { role: 'agent', site: 'demo', tab: newId('t'), token };
  agent = await EngineSocket.open({ port, origin: ORIGIN, auth, onEvent: heard });
  for (const conversationId of conversations) {
    const answer = await agent.request('conversation.open', { conversationId });
    if (!answer.startsWith('[{"data"')) throw new Error(`a conversation was not opened: ${answer}`);
  }
}

async function flood(outstanding: number, forMs: number): Promise<ChatReport> {
  const began = performance.now();
  let acknowledged = 0;
  const write = async (visitor: EngineSocket) => {
    while (performance.now() - began < forMs) {
      await send(visitor);
      acknowledged++;
    }
  };
  await Promise.all(visitors.flatMap((visitor) => Array.from({ length: outstanding }, () => write(visitor))));
  return { acknowledged, took: performance.now() - began, acknowledgements: [], deliveries: [] };
}

async function pace(perSecond: number, forMs: number): Promise<ChatReport> {
  const began = performance.now();
  const running: Promise<unknown>[] = [];
  const acknowledgements: number[] = [];
  for (let i = 0; performance.now() - began < forMs; ) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    for (; i < due; i++) {
      const at = performance.now();
      const visitor = visitors[i % visitors.length];
      if (visitor) running.push(send(visitor).then(() => acknowledgements.push(performance.now() - at)));
    }
    await sleep(1);
  }
  await Promise.all(running);
  return { acknowledged: acknowledgements.length, took: performance.now() - began, acknowledgements, deliveries };
}

async function obey(task: ChatTask): Promise<ChatReport> {
  sentAt.clear();
  deliveries = [];
  if (task.do === 'flood') return flood(task.outstanding, task.forMs);
  if (task.do === 'pace') return pace(task.perSecond, task.forMs);
  visitors = [];
  await open(task.port, task.visitors, task.agentToken);
  return { acknowledged: task.visitors, took: 0, acknowledgements: [], deliveries: [] };
}

process.on('message', (task: ChatTask) => {
  obey(task).then(
    (report) => process.send?.(report),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.once('disconnect', () => process.exit());
