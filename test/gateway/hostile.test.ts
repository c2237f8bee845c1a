import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MethodName } from '#protocol/api.ts';
import type { Role } from '#protocol/contract.ts';
import { commonErrors, errorCodes } from '#protocol/errors.ts';
import { mutated } from '#test/sfu/hostile.ts';
import type { Peer } from '#test/support/Peer.ts';
import { cases, methodNames, methodOf, roles, senders } from './cases.ts';
import { type Answer, brokenBound, rawRequest, requestFrame, wire } from './rawRequest.ts';
import { StagedCall, strangerIds } from './StagedCall.ts';
import { spoiled } from './spoil.ts';
import { TwoSites } from './TwoSites.ts';

/** FUZZ_RUNS=100000 looks harder. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const timeout = 60_000 + numRuns * 50;

let house: TwoSites;
beforeAll(async () => {
  house = await TwoSites.start();
});
afterAll(() => house.stop());

test('[SAFE-1] every method of the contract has a good request, and every good request is granted', async () => {
  expect(Object.keys(cases).sort()).toEqual([...methodNames].sort());
  for (const [name, role] of senders) {
    const call = await StagedCall.open(house, cases[name].stage);
    const answer = await call[role].raw(name, cases[name].input(call.ids));
    expect(answer, `${name} by ${role}`).toHaveProperty('data');
    call.close();
  }
});

/** The parties of a call at the stage of the method; another such call when the last one is used up. */
async function opened(name: MethodName, role: Role, last?: StagedCall): Promise<StagedCall> {
  if (last?.[role].socket.connected) return last;
  last?.close();
  return StagedCall.open(house, cases[name].stage);
}

/** The answer is one that the contract allows for this frame, with a message that says what is wrong. */
function expectFit(name: MethodName, input: string, frame: string, answer: Answer): void {
  const bound = brokenBound(frame);
  const parsed = bound ? undefined : methodOf(name).input.safeParse(JSON.parse(input));
  if ('data' in answer) {
    expect(parsed?.success, `${name} took ${input.slice(0, 500)}`).toBe(true);
    return;
  }
  const { code, message } = answer.error;
  expect(message.length).toBeGreaterThan(10);
  expect(message.length).toBeLessThan(400);
  if (bound) expect(code, frame.slice(0, 500)).toBe(bound);
  else if (parsed?.success === false) {
    expect(code, input.slice(0, 500)).toBe('INVALID_INPUT');
    const [field] = parsed.error.issues[0]?.path ?? [];
    if (field !== undefined) expect(message.startsWith(String(field)), `${message} names ${String(field)}`).toBe(true);
  } else {
    const allowed = [...commonErrors, ...methodOf(name).errors].filter((each) => each !== 'INTERNAL');
    expect(allowed, `${name} answers ${code} (${message}) to ${input.slice(0, 500)}`).toContain(code);
  }
}

async function send(name: MethodName, peer: Peer, value: unknown): Promise<void> {
  const input = wire(value);
  const frame = requestFrame(name, input);
  expectFit(name, input, frame, await rawRequest(peer, frame));
}

describe('[SAFE-2] wrong input gets INVALID_INPUT and the field’s name, and the socket stays open', () => {
  test.each(senders)('%s by %s, spoiled in every field', { timeout }, async (name, role) => {
    let call = await opened(name, role);
    for (const value of spoiled(cases[name].input(call.ids))) {
      call = await opened(name, role, call);
      await send(name, call[role], value);
      if (!cases[name].ends) expect(call[role].socket.connected).toBe(true);
    }
    call.close();
  });

  test.each(senders)('%s by %s, spoiled at random', { timeout }, async (name, role) => {
    let call = await opened(name, role);
    const property = fc.asyncProperty(mutated(cases[name].input(call.ids)), async (value) => {
      call = await opened(name, role, call);
      await send(name, call[role], value);
      if (!cases[name].ends) expect(call[role].socket.connected).toBe(true);
    });
    await fc.assert(property, { numRuns });
    call.close();
  });
});

describe('[SAFE-3] what is no method gets NOT_FOUND', () => {
  const known = new Set<unknown>(methodNames);
  const name = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('__proto__', 'constructor', 'toString', '', 'request'),
  );

  test.each(roles)('by %s', { timeout }, async (role) => {
    const call = await StagedCall.open(house, 'idle');
    const property = fc.asyncProperty(name, fc.jsonValue(), async (method, input) => {
      fc.pre(!known.has(method));
      const answer = await call[role].raw(method, input);
      expect(answer).toMatchObject({
        error: { code: 'NOT_FOUND', message: expect.stringContaining('no such method') },
      });
    });
    await fc.assert(property, { numRuns });
    call.close();
  });

  test('an event that is no request is answered too, where an answer is asked for', async () => {
    const peer = await house.visitor();
    for (const event of ['visitor.tag', 'oversized', 'error', '__proto__', 'message', 7]) {
      const hostile = { toString: 1, valueOf: 1, toJSON: 1 };
      const answer = peer.socket.timeout(20_000).emitWithAck(event as string, hostile, 7);
      expect(await answer, String(event)).toMatchObject({ error: { code: 'NOT_FOUND' } });
      peer.socket.emit(event as string, hostile);
    }
    expect(await peer.raw('media.capabilities', {})).toHaveProperty('data');
    peer.close();
  });

  test('a request without name, input or answer harms nobody', async () => {
    const peer = await house.visitor();
    const ask = (...parts: unknown[]) => peer.socket.timeout(20_000).emitWithAck('request', ...parts);
    expect(await ask()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await ask('presence.page')).toMatchObject({ error: { code: 'INVALID_INPUT' } });
    expect(await ask('media.capabilities', {}, {}, () => {}, 1)).toHaveProperty('data');
    peer.socket.emit('request');
    peer.socket.emit('request', 'presence.page', { url: 7 });
    expect(await rawRequest(peer, `${requestFrame('media.capabilities', '{}')}`)).toHaveProperty('data');
    peer.close();
  });
});

describe('[SAFE-4] a method of the other role is FORBIDDEN, whatever its input', () => {
  const foreign = methodNames.flatMap((name) =>
    roles.filter((role) => !methodOf(name).who.includes(role)).map((role) => [name, role] as const),
  );

  test.each(foreign)('%s by %s', async (name, role) => {
    const call = await StagedCall.open(house, cases[name].stage);
    for (const input of [cases[name].input(call.ids), cases[name].input(strangerIds()), {}, null, 'x']) {
      const answer = await call[role].raw(name, input);
      expect(answer).toEqual({ error: { code: 'FORBIDDEN', message: expect.stringContaining(name) } });
    }
    call.close();
  });
});

test('[SAFE-2] every code that is answered is one of the list', () => {
  for (const name of methodNames) for (const code of methodOf(name).errors) expect(errorCodes).toContain(code);
});
