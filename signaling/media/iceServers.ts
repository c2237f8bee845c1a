import { createHmac } from 'node:crypto';
import type { IceServer } from '#protocol/media.ts';

export interface IceOptions {
  servers?: readonly IceServer[] | undefined;
  turnUrls?: readonly string[] | undefined;
  turnSecret?: string | undefined;
}

/** Seconds a TURN credential is good for; longer than any call. */
const TURN_TTL = 12 * 60 * 60;

/**
 * The ICE servers for one participant. TURN credentials follow coturn's REST scheme (`use-auth-secret`,
 * draft-uberti-behave-turn-rest): user `EXPIRY:NAME`, password base64 HMAC-SHA-1 of it.
 */
export function iceServersFor({ servers = [], turnUrls, turnSecret }: IceOptions, user: string, now = Date.now()) {
  if (!turnUrls?.length || !turnSecret) return [...servers];
  const username = `${Math.floor(now / 1000) + TURN_TTL}:${user}`;
  const credential = createHmac('sha1', turnSecret).update(username).digest('base64');
  return [...servers, { urls: [...turnUrls], username, credential }];
}
