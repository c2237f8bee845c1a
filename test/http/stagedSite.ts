import type { RouteName, RouteResponse } from '#protocol/api.ts';
import { newId } from '#protocol/newId.ts';
import type { SiteName, TwoSites } from '#test/gateway/TwoSites.ts';
import { Peer } from '#test/support/Peer.ts';
import { ask, questionOf, type RestIds, strangerIds } from './restCases.ts';

export interface StagedSite {
  ids: RestIds;
  /** Of the agent that the ids name. */
  token: string;
  visitor: Peer;
}

/** Asks a route as the site's own server does; throws what is refused. */
export async function granted<R extends RouteName>(
  house: TwoSites,
  site: SiteName,
  name: R,
  ids: RestIds,
  body?: unknown,
): Promise<RouteResponse<R>> {
  const question = questionOf(name, ids);
  const response = await ask(house.url, body === undefined ? question : { ...question, body }, house.key(site));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as RouteResponse<R>;
}

/** A person who is on the site and has written, an agent who has rung them, and one of everything a site sets up. */
export async function stageSite(house: TwoSites, site: SiteName): Promise<StagedSite> {
  const ids = strangerIds();
  const as = <R extends RouteName>(name: R, body?: unknown) => granted(house, site, name, ids, body);
  await as('createAgent', { email: ids.agent, name: `Name of ${ids.agent}` });
  const { token } = await as('issueToken');
  const visitor = await house.visitor(site);
  ids.visitorId = (await visitor.event('visitor.welcome')).visitorId;
  await visitor.request('visitor.tag', { email: ids.email, firstname: `First ${ids.email}` });
  const text = `Written by ${ids.email}`;
  const { conversationId } = await visitor.request('chat.send', { message: { id: newId('m'), text } });
  ids.conversationId = conversationId;
  ids.customerId = (await as('getConversation')).customerId;
  ids.noteId = (await as('addNote', { text: `Note on ${ids.email}` })).id;
  ids.cannedId = (await as('createCannedAnswer')).id;
  ids.ruleId = (await as('createRule')).id;
  ids.webhookId = (await as('createWebhook')).id;
  ids.deliveryId = (await as('testWebhook')).id;
  await as('createIdentityKey', { kid: ids.kid });
  const agent = await Peer.agent(house.url, token, { site });
  const { call } = await agent.request('calling.start', { visitorId: ids.visitorId, kind: 'screen' });
  ids.callId = call.id;
  await agent.request('calling.end', { callId: call.id });
  ids.cobrowseId = (await agent.request('cobrowse.start', { visitorId: ids.visitorId })).session.id;
  // The agent's page stays: who has left is offline a moment later, in the middle of a test.
  return { ids, token, visitor };
}
