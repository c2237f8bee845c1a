import { describe, expect, test } from 'vitest';
import { iceServersFor } from '#signaling/media/iceServers.ts';

const stun = { urls: 'stun:stun.example.com' };
const turnUrls = ['turn:turn.example.com:3478', 'turns:turn.example.com:5349'];

describe('[MEDIA-5] each participant gets the ICE servers of the configuration', () => {
  test('as they are, where there is no TURN secret', () => {
    expect(iceServersFor({}, 'somebody')).toEqual([]);
    expect(iceServersFor({ servers: [stun], turnUrls: [], turnSecret: 's' }, 'somebody')).toEqual([stun]);
    expect(iceServersFor({ servers: [stun], turnUrls }, 'somebody')).toEqual([stun]);
  });

  test('with a credential of coturn’s REST scheme that ends: HMAC-SHA1 over expiry and name', () => {
    // printf '1763731200:t_tab' | openssl dgst -sha1 -hmac 'north wind' -binary | base64
    const now = Date.UTC(2025, 10, 21, 1, 20, 0, 999);
    const servers = iceServersFor({ servers: [stun], turnUrls, turnSecret: 'north wind' }, 't_tab', now);
    expect(servers).toEqual([
      stun,
      { urls: turnUrls, username: '1763731200:t_tab', credential: 'j3eyOewRPxh7BmXr7DIrbQ2k5iE=' },
    ]);
  });

  test('another one for every participant', () => {
    const [one, two] = ['one', 'two'].map((user) => iceServersFor({ turnUrls, turnSecret: 's' }, user)[0]);
    expect(one).not.toEqual(two);
  });
});
