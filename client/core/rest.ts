import type { RouteResponse } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { problem } from './problem.ts';
import { toJson } from './toJson.ts';

interface RestRequest {
  boot: WidgetBoot;
  verb: string;
  /** Under `/rest/v1/`. */
  path: string;
  body?: unknown;
  token?: string;
}

/** Asks the server's REST API; rejects with CvError. */
export async function askRest({ boot, verb, path, body, token }: RestRequest): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${boot.host}/rest/v1/${path.replace(/^\/+/, '')}`, {
      method: verb.toUpperCase(),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: toJson(body) }),
      credentials: 'omit',
    });
  } catch (cause) {
    throw new CvError('UNAVAILABLE', 'The server cannot be reached; check the network.', { cause });
  }
  const text = await response.text();
  if (!response.ok) throw problem(response.status, text);
  return text === '' ? undefined : JSON.parse(text);
}

/** Exchanges the code of an agent's link; the first to ask gets it. */
export const redeemCode = (boot: WidgetBoot, code: string): Promise<RouteResponse<'redeemAgentUrl'>> =>
  askRest({ boot, verb: 'POST', path: 'auth/agent-url', body: { site: boot.site, code } }) as Promise<
    RouteResponse<'redeemAgentUrl'>
  >;
