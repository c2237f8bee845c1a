import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '#signaling/config.ts';

const secret = 'a production secret of 32 or more characters';

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('this configuration was taken');
}

describe('[RUN-1] without any variable there is a development server', () => {
  test('with the documented defaults', () => {
    expect(readConfig({})).toEqual({
      NODE_ENV: 'development',
      PORT: 8080,
      COVIEW_DATA: './data',
      LOG_LEVEL: 'info',
      RTC_PORT: 0,
      WEBHOOK_ALLOW_PRIVATE: false,
      TRUST_PROXY: 0,
      RATE_LIMITS: true,
      COVIEW_CHECK_ANSWERS: false,
      COVIEW_KEEP_ROWS: true,
      development: true,
    });
  });

  test('an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', COVIEW_SECRET: '', RTC_WORKERS: '', TURN_URLS: '' })).toEqual(readConfig({}));
  });

  test('each variable is read', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: 'postgresql://db/coview',
      PUBLIC_URL: 'https://Help.example.com:443/',
      RTC_PORT: ' 50000 ',
      RTC_ANNOUNCED_ADDRESS: '203.0.113.7',
      RTC_WORKERS: '2',
      ICE_SERVERS: '[{"urls":["stun:stun.example.com","stuns:stun.example.com"]}]',
      TURN_URLS: 'turn:turn.example.com, turns:turn.example.com:5349,',
      TURN_SECRET: 'north wind',
      IDENTITY_MODE: 'signed',
      WEBHOOK_ALLOW_PRIVATE: '1',
      TRUST_PROXY: 'yes',
      RATE_LIMITS: 'no',
      COVIEW_CHECK_ANSWERS: 'yes',
      COVIEW_KEEP_ROWS: '0',
    });
    expect(config).toMatchObject({
      PORT: 0,
      HOST: '127.0.0.1',
      DATABASE_URL: 'postgresql://db/coview',
      PUBLIC_URL: 'https://help.example.com',
      RTC_PORT: 50_000,
      RTC_ANNOUNCED_ADDRESS: '203.0.113.7',
      RTC_WORKERS: 2,
      ICE_SERVERS: [{ urls: ['stun:stun.example.com', 'stuns:stun.example.com'] }],
      TURN_URLS: ['turn:turn.example.com', 'turns:turn.example.com:5349'],
      IDENTITY_MODE: 'signed',
      WEBHOOK_ALLOW_PRIVATE: true,
      TRUST_PROXY: 1,
      RATE_LIMITS: false,
      COVIEW_CHECK_ANSWERS: true,
      COVIEW_KEEP_ROWS: false,
    });
  });
});

describe('[RUN-2] a variable that does not fit is named, with the cure', () => {
  const ports = 'must be a whole number from 0 to 65535';
  const origin = 'must be an origin such as https://help.example.com, without a path';
  const ice = 'must be RTCIceServer[] in JSON, for example [{"urls":"stun:stun.example.com"}]';

  test.each([
    ['PORT', 'http', ports],
    ['PORT', '65536', ports],
    ['PORT', '-1', ports],
    ['PORT', '80.5', ports],
    ['PORT', '1e3', ports],
    ['PORT', ' ', ports],
    ['RTC_PORT', '99999', ports],
    ['RTC_WORKERS', '0', 'must be a whole number from 1 to 128'],
    ['DATABASE_URL', 'mysql://db', 'must be an address that begins with postgres://'],
    ['COVIEW_SECRET', 'too short', 'must have at least 32 characters'],
    ['PUBLIC_URL', 'help.example.com', origin],
    ['PUBLIC_URL', 'ftp://help.example.com', origin],
    ['PUBLIC_URL', 'https://help.example.com/coview', origin],
    ['PUBLIC_URL', 'https://help.example.com:port', origin],
    ['IDENTITY_MODE', 'trusting', 'must be open or signed'],
    ['WEBHOOK_ALLOW_PRIVATE', 'local', 'must be 1 or 0'],
    ['TRUST_PROXY', '-1', 'must be the number of proxies in front, from 0 to 10'],
    ['TRUST_PROXY', 'all', 'must be the number of proxies in front, from 0 to 10'],
    ['LOG_LEVEL', 'loud', 'must be one of fatal, error, warn, info, debug, trace, silent'],
    ['RTC_ANNOUNCED_ADDRESS', 'http://203.0.113.7', 'must be an IP address or a host name'],
    ['ICE_SERVERS', '[', ice],
    ['ICE_SERVERS', '{"urls":"stun:stun.example.com"}', ice],
    ['ICE_SERVERS', '[{"url":"stun:stun.example.com"}]', ice],
    ['ICE_SERVERS', '[{"urls":"stun.example.com"}]', ice],
    ['TURN_URLS', 'turn.example.com', 'must be addresses such as turn:turn.example.com:3478, separated by commas'],
    ['COVIEW_CHECK_ANSWERS', 'maybe', 'must be 1 or 0'],
  ])('%s=%s', (name, value, cure) => {
    const lead = 'The configuration is not usable; set or correct these variables:';
    expect(refusal({ TURN_SECRET: 'north wind', [name]: value })).toBe(`${lead}\n  ${name}: ${cure}`);
  });

  test('TURN addresses need the secret', () => {
    expect(refusal({ TURN_URLS: 'turn:turn.example.com' })).toMatch(
      /^ {2}TURN_SECRET: missing; .*static-auth-secret$/m,
    );
  });

  test('all at once', () => {
    const message = refusal({ PORT: 'x', LOG_LEVEL: 'x', RTC_WORKERS: 'x' });
    for (const name of ['PORT', 'LOG_LEVEL', 'RTC_WORKERS']) expect(message).toContain(`\n  ${name}: must be `);
  });

  test('without repeating a secret', () => {
    expect(refusal({ COVIEW_SECRET: 'hush', DATABASE_URL: 'mysql://user:hush@db' })).not.toContain('hush');
  });
});

describe('[RUN-3] production does not start on trust', () => {
  const complete = {
    NODE_ENV: 'production',
    COVIEW_SECRET: secret,
    IDENTITY_MODE: 'open',
    PUBLIC_URL: 'https://help.example.com',
  };

  test('complete, it starts, and is no development server', () => {
    expect(readConfig(complete)).toMatchObject({ development: false, IDENTITY_MODE: 'open' });
  });

  test('how many proxies are believed is a number, or a flag for one', () => {
    for (const [value, hops] of Object.entries({ '0': 0, '2': 2, ' 10 ': 10, no: 0, true: 1 })) {
      expect(readConfig({ ...complete, TRUST_PROXY: value }).TRUST_PROXY).toBe(hops);
    }
  });

  test.each([
    ['COVIEW_SECRET: missing; set 32 or more random characters', { COVIEW_SECRET: '' }],
    ['COVIEW_SECRET: is a development secret; make a new one', { COVIEW_SECRET: `dev-${secret}` }],
    ['COVIEW_SECRET: must have at least 32 characters', { COVIEW_SECRET: secret.slice(0, 31) }],
    ['IDENTITY_MODE: missing; set “signed” (recommended', { IDENTITY_MODE: '' }],
    ['PUBLIC_URL: missing; set the origin that browsers reach this server at', { PUBLIC_URL: '' }],
  ])('%s', (line, change) => {
    expect(refusal({ ...complete, ...change })).toContain(`\n  ${line}`);
  });

  test('all faults are named at once', () => {
    expect(refusal({ NODE_ENV: 'production' })).toMatch(
      /COVIEW_SECRET: missing[\s\S]*IDENTITY_MODE: missing[\s\S]*PUBLIC_URL: missing/,
    );
  });
});
