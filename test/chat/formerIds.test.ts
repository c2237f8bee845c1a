import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CustomerId } from '#protocol/ids.ts';
import { AgentAccess } from '#signaling/chat/AgentAccess.ts';
import { ChangeTimes } from '#signaling/chat/ChangeTimes.ts';
import { ConversationService } from '#signaling/chat/ConversationService.ts';
import { Merges } from '#signaling/chat/Merges.ts';
import { Rows } from '#signaling/store/Rows.ts';
import { demo, House } from '#test/support/House.ts';
import { say } from './Talk.ts';

let house: House;
let asked: string[];
beforeEach(async () => {
  house = await House.open();
  asked = [];
});
afterEach(() => house.close());

/** John was somebody else on his phone. */
async function john() {
  const [home, phone] = [await house.visitor(), await house.visitor()];
  await home.request('visitor.tag', { email: 'john@example.com' });
  const to = (await say(home, 'at home')).conversationId;
  const from = (await say(phone, 'by phone')).conversationId;
  const customers = (await Promise.all([from, to].map((id) => house.store.chat.get(demo, id)))).map(
    (conversation) => conversation?.customerId as CustomerId,
  );
  await phone.request('visitor.tag', { email: 'john@example.com' });
  const { heirOf } = house.store.customers;
  house.store.customers.heirOf = (site, id) => {
    asked.push(id);
    return heirOf(site, id);
  };
  return { from, to, customers };
}

/** As a service that has just started: it has seen no login. */
function begun() {
  const outlet = { follow: () => {}, toAgentTab: () => {}, toConversation: () => {} };
  const access = new AgentAccess({ store: house.store, merges: new Merges(), outlet });
  const { rows } = Rows.over(house.store);
  const unused = {} as ConstructorParameters<typeof ConversationService>[0];
  const presence = { present: () => undefined };
  const conversations = { ...unused.conversations, times: new ChangeTimes() };
  return { access, service: new ConversationService({ ...unused, rows, presence, conversations }) };
}

test('[CHAT-41] after a restart the store is asked once where an old id leads', async () => {
  const { from, to } = await john();
  const { access } = begun();
  for (let i = 0; i < 3; i++) expect((await access.require(demo, undefined, from)).id).toBe(to);
  expect(asked).toEqual([from]);
});

test('[CUST-31] who polls a person’s conversation asks for an heir only where there is none', async () => {
  const { to, customers } = await john();
  const [former, present] = customers;
  const { service } = begun();
  const list = async (customerId: CustomerId | undefined) =>
    (await service.list(demo, undefined, { customerId, limit: 5 })).items.map(({ id }) => id);
  for (let i = 0; i < 3; i++) expect(await list(present)).toEqual([to]);
  expect(asked).toEqual([]);
  for (let i = 0; i < 3; i++) expect(await list(former)).toEqual([to]);
  expect(new Set(asked)).toEqual(new Set([former]));
});
