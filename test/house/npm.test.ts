import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Consumer } from '#test/support/Consumer.ts';
import { root } from './sources.ts';

const folder = join(root, 'dist/npm');
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const types = () => readFileSync(join(folder, 'index.d.ts'), 'utf8');

let consumer: Consumer;
beforeAll(() => {
  consumer = new Consumer();
});
afterAll(() => consumer.remove());

test('[NPM-1] the package is whole: its files are all there, npm would publish them and no others, and it needs no other', () => {
  const manifest = json(join(folder, 'package.json'));
  const { name, version, license } = json(join(root, 'package.json'));
  expect(manifest).toMatchObject({ name, version, license, type: 'module' });
  expect(Object.keys(manifest).filter((key) => /ependencies|private|scripts/.test(key))).toEqual([]);
  const named = [manifest.main, manifest.types, ...Object.values(manifest.exports['.'] as object)];
  const there = readdirSync(folder);
  for (const path of named) expect(there).toContain(String(path).replace('./', ''));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--offline'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  expect(packed.files.map(({ path }: { path: string }) => path).sort()).toEqual(there.sort());
});

test('[NPM-1] its types name nothing that they do not bring, and nothing is any', () => {
  const text = types().replace(/\/\*.*?\*\/|\/\/.*/gs, '');
  expect(text).toMatch(/export declare function createCV/);
  expect(text).not.toMatch(/\bany\b|\bimport\b|\bfrom\b|\brequire\b|reference types/);
});

const good = `
import { type Call, type CV, type CvError, type CvEvents, createCV, type ErrorCode, type Person } from 'coview';

const cv: CV = await createCV({ host: 'https://support.example.com', site: 'demo' });

const person: Person = await cv.user.tag({ id: 1001, email: 'john.doe@example.com', labels: [], assignedUser: null });
cv.user.tag({ externalToken: 'x', additionalTaggingData: { plan: 'Pro', seats: [1, 2], old: null } }, ({ verified }) => {
  const isVerified: boolean = verified;
  return isVerified;
}, (error) => {
  const code: ErrorCode = error.code;
  console.log(code, error.message, error.cause);
});
const name: string | undefined = person.firstname;
cv.user.reset().catch((error: CvError) => error.code === 'UNAVAILABLE');

cv.on('unread', ({ unread }) => unread.toFixed());
cv.on('identity', (who) => who?.labels.join());
cv.on('message', ({ text, file, at }) => [text.trim(), file?.size.toFixed(), at.toFixed()]);
cv.on('call', (call) => ('attach' in call ? call.end() : call.agent.email));
const undo: () => void = cv.on('signedOut', () => {});
undo();
const listener: CvEvents['connection'] = ({ connected }) => console.log(connected);
cv.on('connection', listener);

await cv.chat.send('Hello');
const online: boolean = await cv.api.isAgentOnline();
cv.api.shouldShowWebchat(() => {}, (error) => error?.code);
cv.api.shouldShowWebchatInterval(() => {})();

const { name: agent } = await cv.rest.auth('agent1@example.com', 'token');
await cv.rest.auth('token', true);
cv.rest.auth('token', ({ teams }) => teams.length);
cv.rest.request<{ id: string }>('GET', 'site', ({ id }) => id.length, ({ code }) => code);
cv.rest.request<{ id: string }>('PUT', 'site', {}, ({ id }) => id.length).then(({ id }) => id.length);
cv.rest.signOut(() => {}, ({ code }) => code);
const users = await cv.user.list((all) => all.map(({ visitorId, since }) => visitorId + since));
const { visitorId } = await cv.user.status(1001);
cv.user.onChange(([first]) => first?.state === 'background')();
const call: Call = cv.calling.startScreen(users[0]?.visitorId ?? visitorId ?? '');
call.on('ended', (reason) => reason === 'picker-cancelled');
call.on('state', (state) => state === 'connecting');
call.attach(document.querySelector<HTMLElement>('#support'));
await call.ready;

const { items, nextCursor } = await cv.conversations.list({ filter: 'mine', status: ['UNREAD'], limit: 20 });
cv.conversations.list((page) => page.items);
const open = cv.conversations.open(items[0]?.id ?? '');
open.on('changed', () => open.messages.filter(({ author }) => author.kind === 'agent' && author.name));
const id: string = open.send('Good day');
await open.assign({ user: null, team: 'Billing' });
await open.setStatus('DONE');
await cv.agents.setAvailability('away');
(await cv.agents.list()).map(({ openChats }) => openChats.toFixed());
const { calls } = await cv.rest.request<{ calls: number }>('GET', 'calls');

const shared = cv.cobrowse.join('123456');
shared.on('changed', ({ viewers }) => viewers[0]?.email);
shared.mode('laser');
await shared.askControl(['pointer', 'type']);
const digits: string = await cv.cobrowse.code();
cv.cobrowse.onChange((sessions) => sessions.map(({ tabs }) => tabs.length));
console.log(name, online, agent, nextCursor, id, calls, digits, cv.cobrowse.enabled);
`;

test.each([
  ['a bundler', {}],
  ['Node', { module: 'NodeNext', moduleResolution: 'NodeNext' }],
])('[NPM-2] the whole page API compiles as the strictest compiler of %s finds it', async (_, options) => {
  expect(await consumer.compile(good, options)).toBe('');
});

test('[NPM-3] what is written wrong does not compile', async () => {
  const wrong = `
    createCV({ host: 'https://support.example.com' });
    cv.user.tag({ email: 5 });
    cv.user.tag({ emial: 'john.doe@example.com' });
    cv.user.tag({ additionalTaggingData: { since: new Date() } });
    cv.user.tag();
    cv.user.tag({}, (person) => person.nickname);
    cv.user.tag({}, () => {}, ({ code }) => code === 'NO_SUCH_CODE');
    cv.user.tags({});
    cv.on('reday', () => {});
    cv.on('unread', (unread) => unread.toFixed());
    cv.on('call', (call) => call.end());
    cv.user.status({});
    cv.rest.auth();
    cv.rest.auth('agent1@example.com', 7);
    cv.agents.setAvailability('offline');
    cv.conversations.list({ filter: 'yours' });
    cv.conversations.open('cn').setStatus('OPEN');
    cv.conversations.open('cn').messages.push();
    cv.calling.startScreen(7);
    cv.calling.startScreen('v').on('changed', () => {});
    cv.calling.startScreen('v').state = 'ended';
    cv.cobrowse.join('123456').askControl(['everything']);
    cv.rest.request('GET', 'site').then((site) => site.name);
  `;
  const lines = wrong.trim().split('\n');
  const source = lines.map((line) => `// @ts-expect-error\n${line}`).join('\n');
  expect(await consumer.compile(`import { type CV, createCV } from 'coview';\ndeclare const cv: CV;\n${source}`)).toBe(
    '',
  );
});

test('[NPM-4] what the page API tells has the contract’s types, with ids as strings', async () => {
  consumer.link('zod');
  const from = (name: string, ...named: string[]) =>
    named.map((type) => `  ${type}: [import('${root}/protocol/${name}.ts').${type}, import('coview').${type}];`);
  const pairs = [
    ...from('tag', 'GivenTag'),
    ...from('identity', 'Agent', 'AgentStatus', 'Availability'),
    ...from('person', 'Person'),
    ...from('presence', 'ActiveUser', 'UserStatus'),
    ...from('conversation', 'Conversation', 'ConversationFilter', 'ConversationStatus'),
    ...from('chat', 'Author', 'Receipts'),
    ...from('files', 'FileView'),
    ...from('calling', 'CallView', 'CallState', 'EndReason'),
    ...from('cobrowse', 'CobrowseView', 'CobrowseEndReason', 'CobrowseCapability'),
    ...from('errors', 'ErrorCode', 'CvError'),
  ];
  const said = await consumer.compile(
    `import type { z } from 'zod';
    interface Pairs {
    ${pairs.join('\n')}
    }
    /** Without brands. */
    type Plain<T> = T extends { [z.$brand]: unknown } ? string
      : T extends (infer Item)[] ? Plain<Item>[]
      : T extends object ? (string extends keyof T ? T : T extends Error ? T : { [Key in keyof T]: Plain<T[Key]> })
      : T;
    type Is<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : [One, Other];
    type Compared = { [Name in keyof Pairs]: Is<Plain<Pairs[Name][0]>, Plain<Pairs[Name][1]>> };
    declare const compared: Compared;
    export const all: Record<keyof Pairs, true> = compared;`,
    { allowImportingTsExtensions: true, skipLibCheck: true, exactOptionalPropertyTypes: false, lib: ['ES2024', 'DOM'] },
  );
  expect(said).toBe('');
});

test('[NPM-5] importing touches nothing, on a server neither; there createCV rejects, as it does of no address', async () => {
  const told = await consumer.node(`
    const { createCV } = await import('coview');
    const of = (options) => createCV(options).catch(({ name, code }) => name + ' ' + code);
    const host = 'https://support.example.com';
    console.log(JSON.stringify([
      await of({ host, site: 'demo' }),
      await of({ host, site: '' }),
      await of({ host: 'support.example.com', site: 'demo' }),
      await of({ host: 'ftp://support.example.com', site: 'demo' }),
    ]));`);
  expect(JSON.parse(told)).toEqual([
    'CvError UNSUPPORTED',
    'CvError INVALID_INPUT',
    'CvError INVALID_INPUT',
    'CvError INVALID_INPUT',
  ]);
});
