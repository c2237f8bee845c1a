/**
 * The page API of an agent's page, of plain values, for the desk's tests: `users` and `conversations` are what there
 * is, `token-…` signs in, `code-…` is redeemed once, `asked` is what went to REST, `did` what a conversation was told.
 */
export const fakeCV = `
  const minutes = (n) => new Date(Date.now() - n * 60000 - 1000).toISOString();
  const person = (n, more) => ({
    visitorId: 'v_' + n, id: String(n), email: 'user' + n + '@example.com', firstname: 'User', lastname: 'No ' + n, labels: [],
    additionalTaggingData: {}, verified: false, url: location.origin + '/page/' + n + '?x=1', title: 'Page ' + n,
    since: minutes(n), state: 'active', screen: true, busy: false, ...more,
  });
  window.users = [
    person(1), person(2, { screen: false }), person(3, { busy: true, state: 'background' }),
    person(4, { assignedUser: 'agent1@example.com', labels: ['gold'], additionalTaggingData: { plan: 'Pro' }, verified: true }),
    person(5, { url: 'javascript:alert(1)' }),
  ];
  let watcher;
  window.watch = () => watcher?.([...window.users]);
  window.tokens = []; window.asked = []; window.did = [];

  const me = { kind: 'agent', email: 'agent1@example.com', name: 'Anna Berg' };
  const visitor = { kind: 'visitor' };
  const chat = (n, more) => ({
    id: 'cn_' + n, customerId: 'cu_' + n, status: 'UNRESOLVED', createdAt: minutes(9000), updatedAt: minutes(n), lastSeq: 2, unread: 0,
    lastMessage: { seq: 2, at: minutes(n), author: visitor, text: 'Message of ' + n },
    receipts: { visitor: { delivered: 2, read: 1 }, agent: { delivered: 2, read: 2 } },
    person: { labels: [], additionalTaggingData: {}, verified: false }, ...more,
  });
  const named = (firstname, lastname, more) => ({
    id: '7', email: firstname.toLowerCase() + '@example.com', firstname, lastname, labels: [], additionalTaggingData: {}, verified: false, ...more,
  });
  const present = { visitorId: 'v_jane', url: location.origin + '/shop/tea?size=100', title: 'Tea', since: minutes(4), state: 'active', screen: true, busy: false };
  window.conversations = [
    chat(1, {
      status: 'UNREAD', unread: 2, present, assignee: 'agent1@example.com',
      lastMessage: { seq: 5, at: minutes(1), author: visitor, text: 'Where is my order? It should have been here two days ago.' }, lastSeq: 5,
      receipts: { visitor: { delivered: 3, read: 3 }, agent: { delivered: 3, read: 3 } },
      person: named('Jane', 'Roe', {
        verified: true, labels: ['wholesale', 'café'], assignedUser: 'agent1@example.com',
        additionalTaggingData: { lastOrder: 'FH-20340', invoice: 'https://shop.example/i/1', evil: 'javascript:alert(1)' },
      }),
    }),
    chat(2, { status: 'UNREAD', unread: 1, present: { ...present, visitorId: 'v_anon', state: 'background' } }),
    chat(3, { assignee: 'agent2@example.com', person: named('<b>Mia</b>', 'Chen') }),
    chat(4, { team: 'Billing', person: named('Tom', 'Long name that goes on and on until it has to be cut off somewhere') }),
    chat(5, { status: 'DONE', assignee: 'agent1@example.com', person: named('Done', 'Person') }),
    ...Array.from({ length: 70 }, (_, n) => chat(100 + n * 60, { person: named('Guest', String(n)), assignee: 'agent2@example.com' })),
  ];
  window.messages = {
    cn_1: [
      { seq: 1, at: Date.now() - 86400000 * 2, author: { kind: 'site' }, own: false, text: 'Hello! Can we help?', state: 'read' },
      { seq: 2, at: Date.now() - 86400000, author: visitor, own: false, text: 'Do you ship to Cork?\\nSee https://shop.example/a?b=(1) or javascript:alert(1).', state: 'read' },
      { seq: 3, at: Date.now() - 86300000, author: me, own: true, text: 'We do, <b>every</b> day.', state: 'read' },
      { seq: 4, at: Date.now() - 120000, author: visitor, own: false, text: '', file: { id: 'f_1', name: 'parcel.png', type: 'image/png', size: 68000, path: '/files/demo/f_1/key' }, state: 'sent' },
      { seq: 5, at: Date.now() - 61000, author: visitor, own: false, text: 'Where is my order? It should have been here two days ago.', state: 'sent' },
    ].map((m, n) => ({ id: 'm_' + n, ...m })),
  };
  const copy = (value) => structuredClone(value);
  let told;
  /** Something about conversations changed: told to whoever follows the list, and to who has one open. */
  window.tell = (id, change = {}) => {
    const one = conversations.find((c) => c.id === id);
    Object.assign(one, change);
    told?.([copy(one)], []);
    for (const handle of handles) if (handle.id === id) handle.changed();
  };
  window.say = (id, text, author = visitor) => {
    const one = conversations.find((c) => c.id === id);
    const seq = one.lastSeq + 1;
    const all = (messages[id] ??= []);
    all.push({ id: 'm_' + id + seq, seq, at: Date.now(), author, own: author !== visitor, text, state: 'sent' });
    const lastMessage = { seq, at: new Date().toISOString(), author, text };
    tell(id, { lastSeq: seq, updatedAt: lastMessage.at, lastMessage, ...(author === visitor && { status: 'UNREAD', unread: one.unread + 1 }) });
  };
  window.gone = (id) => { conversations.splice(conversations.findIndex((c) => c.id === id), 1); told?.([], [id]); };
  window.handles = [];
  const open = (id) => {
    const listeners = new Set();
    const ofNotes = new Set();
    const find = () => conversations.find((c) => c.id === id);
    const handle = {
      id, state: 'opening', messages: [], typing: false, hasEarlier: false,
      on: (event, fn) => { const set = event === 'notes' ? ofNotes : listeners; set.add(fn); return () => set.delete(fn); },
      tellNotes: () => ofNotes.forEach((fn) => fn()),
      tell: () => listeners.forEach((fn) => fn()),
      changed: () => { handle.conversation = copy(find()); handle.messages = messages[id] ?? []; listeners.forEach((fn) => fn()); },
      earlier: async () => { handle.hasEarlier = false; handle.messages.unshift({ id: 'm_old', seq: 0, at: Date.now() - 86400000 * 3, author: visitor, own: false, text: 'The very first', state: 'read' }); handle.changed(); },
      send: (text) => { did.push('send ' + text); (messages[id] ??= []).push({ id: 'm_own' + did.length, at: Date.now(), author: me, own: true, text, state: text.includes('fail') ? 'failed' : 'sending', ...(text.includes('fail') && { error: 'RATE_LIMITED' }) }); handle.changed(); return 'm'; },
      sendFile: async (file) => { did.push('file ' + file.name); const failed = file.name.endsWith('.exe') && { state: 'failed', error: 'INVALID_INPUT' }; (messages[id] ??= []).push({ id: 'm_own' + did.length, at: Date.now(), author: me, own: true, text: '', upload: { name: file.name, size: file.size, progress: 0.4 }, state: 'sending', ...failed }); handle.changed(); return 'm'; },
      retry: (id) => { did.push('retry'); handle.messages.find((m) => m.id === id).state = 'sent'; handle.changed(); },
      discard: (one) => { did.push('discard'); messages[id] = handle.messages.filter((m) => m.id !== one); handle.changed(); },
      type: (on) => did.push('type ' + on),
      read: () => { did.push('read ' + id); const one = find(); if (one.unread) tell(id, { unread: 0, status: 'UNRESOLVED', receipts: { ...one.receipts, agent: { delivered: one.lastSeq, read: one.lastSeq } } }); },
      setStatus: async (status) => { did.push('status ' + status); tell(id, { status }); },
      assign: async (to) => { did.push('assign ' + JSON.stringify(to)); tell(id, { assignee: to.user ?? undefined, team: to.team ?? undefined }); },
      close: () => { did.push('close ' + id); handles.splice(handles.indexOf(handle), 1); },
    };
    handles.push(handle);
    setTimeout(() => {
      if (find()) { handle.state = 'open'; handle.hasEarlier = id === 'cn_1'; handle.changed(); handle.tellNotes(); return; }
      handle.state = 'closed'; handle.error = { code: 'NOT_FOUND' }; listeners.forEach((fn) => fn());
    });
    return handle;
  };
  window.agents = [
    { id: 'a_1', email: 'agent1@example.com', name: 'Anna Berg', role: 'agent', active: true, teams: ['Billing'], availability: 'online', state: 'online', openChats: 3 },
    { id: 'a_2', email: 'agent2@example.com', name: 'Ben Cole', role: 'agent', active: true, teams: ['Billing', 'Returns'], availability: 'online', state: 'online', openChats: 1 },
    { id: 'a_3', email: 'cara@example.com', name: 'Cara Diaz', role: 'agent', active: true, teams: [], availability: 'away', state: 'away', openChats: 0 },
    { id: 'a_4', email: 'dan@example.com', name: 'Dan Eck', role: 'agent', active: true, teams: [], availability: 'online', state: 'offline', openChats: 0 },
  ];
  const answer = (token, more) => ({ id: 'a', email: 'agent1@example.com', name: 'Anna Berg', role: token.includes('admin') ? 'admin' : 'agent', active: true, teams: [], availability: 'online', ...more });
  window.rest = {
    'GET canned-answers': { items: [
      { id: 'ca_1', shortcut: 'hello', text: 'Hello, my name is Anna. How may I help you?' },
      { id: 'ca_2', shortcut: 'ship', text: 'We ship every working day.' },
      { id: 'ca_3', shortcut: 'bye', text: 'Thank you for writing to us. Have a nice day!' },
    ] },
    'GET conversations/cn_1/notes': { items: [{ id: 'n_1', at: new Date(Date.now() - 86350000).toISOString(), agent: 'agent2@example.com', text: 'Is a friend of the boss. https://crm.example/7' }] },
    'POST conversations/cn_1/notes': (body) => ({ id: 'n_' + asked.length, at: new Date().toISOString(), agent: 'agent1@example.com', text: body.text }),
    'POST canned-answers': (body) => { if (body.shortcut === 'bye') throw { code: 'CONFLICT' }; return { id: 'ca_9', ...body }; },
    'GET customers/cu_1/export': { customer: { email: 'jane@example.com' } },
  };
  let site = { id: 'demo', name: 'Demo', settings: {
    allowedOrigins: [], sessionIds: false, language: 'auto', identity: { mode: 'open' },
    widget: { color: '#0b6b66', position: 'right', offset: { x: 20, y: 20 }, sound: true, texts: { en: { title: 'Ask us' } } },
    chat: { visibility: 'visible', files: { enabled: true, maxBytes: 10485760 } }, routing: { automatic: true, maxChats: null },
    openingHours: null, privacy: { retentionDays: null },
    cobrowse: { enabled: true, control: true, privacy: { maskAll: false, mask: ['.iban'], unmask: [], block: [] } },
  } };
  const list = (path, items, make) => {
    const find = (id) => items.findIndex((one) => (one.id ?? one.kid) === id);
    rest['GET ' + path] = () => ({ items: copy(items) });
    rest['POST ' + path] = (body) => { const made = make(body); items.push(made); return { ...made, secret: 'whsec_only-once' }; };
    for (const { id, kid } of [...items]) {
      rest['PATCH ' + path + '/' + id] = (body) => { Object.assign(items[find(id)], body); items.sort((a, b) => a.position - b.position); return items[find(id)]; };
      rest['DELETE ' + path + '/' + (id ?? kid)] = () => { items.splice(find(id ?? kid), 1); };
    }
  };
  rest['GET site'] = () => copy(site);
  rest['PUT site'] = ({ settings }) => {
    for (const [key, value] of Object.entries(settings)) site.settings[key] = Array.isArray(value) || typeof value !== 'object' || value === null || key === 'openingHours' ? value : { ...site.settings[key], ...value };
    return copy(site);
  };
  list('action-rules', [
    { id: 'r_1', name: 'Greet at the checkout', enabled: true, position: 0, conditions: [{ type: 'url', pattern: '*/checkout*', not: false }, { type: 'secondsOnPage', seconds: 20, not: false }], actions: [{ type: 'greet', text: 'Can we help?' }] },
    { id: 'r_2', name: 'Hide at night', enabled: false, position: 1, conditions: [{ type: 'openingHours', not: true }], actions: [{ type: 'hide' }] },
  ], (body) => ({ id: 'r_9', ...body }));
  rest['GET action-rules/export'] = { version: 1, rules: [] };
  rest['POST action-rules/import'] = {};
  list('webhooks', [{ id: 'wh_1', url: 'https://shop.example/hook', events: ['conversation.new', 'message.new'], enabled: false, disabledReason: 'The target answered 410 Gone.', createdAt: minutes(9000) }], (body) => ({ id: 'wh_9', createdAt: minutes(0), enabled: true, ...body }));
  const deliveries = [
    { id: 'dl_1', webhookId: 'wh_1', type: 'message.new', state: 'dead', attempts: 10, createdAt: minutes(5000), status: 500, error: 'The target answered 500.', payload: '{}' },
    { id: 'dl_2', webhookId: 'wh_1', type: 'conversation.new', state: 'delivered', attempts: 1, createdAt: minutes(6000), status: 200, payload: '{}' },
  ];
  rest['GET webhooks/wh_1/deliveries'] = () => ({ items: copy(deliveries) });
  rest['POST webhooks/wh_1/deliveries/dl_1/retry'] = () => { deliveries[0].state = 'delivered'; return deliveries[0]; };
  rest['POST webhooks/wh_1/test'] = { id: 'dl_3', state: 'dead', error: 'The address is private.' };
  list('identity-keys', [{ kid: 'shop-2026', algorithm: 'HS256', createdAt: minutes(90000) }], (body) => ({ createdAt: minutes(0), ...body }));
  /** A shared page: 'sessions' go on, 'share' is the handle of one. */
  window.session = (n, more) => ({
    id: 'cb_' + n, state: 'active', visitorId: 'v_' + n, startedBy: 'agent', viewers: [], startedAt: minutes(2),
    tabs: [{ tab: 't_1', url: location.origin + '/page/' + n, title: 'Page ' + n, front: true }], paused: false, online: true, ...more,
  });
  window.sessions = [];
  let shared;
  window.tellSessions = (...all) => { window.sessions = all; shared?.(all); };
  window.share = (by) => {
    const listeners = { state: [], changed: [] };
    window.sharing = {
      by, state: 'ringing', visitorId: /^v_/.test(by) ? by : undefined,
      rename: (name) => { sharing.name = name; },
      on: (event, fn) => { listeners[event].push(fn); return () => {}; },
      attach: (element) => element?.append(Object.assign(document.createElement('p'), { id: 'panel', textContent: by })),
      leave: () => { did.push('leave'); sharing.move('ended'); },
      move: (state, session) => { sharing.state = state; listeners.state.forEach((fn) => fn(state)); if (session) { sharing.session = session; sharing.visitorId = session.visitorId; listeners.changed.forEach((fn) => fn(session)); } },
    };
    return sharing;
  };
  const on = {};
  window.emit = (event, detail) => on[event]?.forEach((fn) => fn(detail));
  window.CV = {
    user: { list: async () => window.users, onChange: (fn) => { watcher = fn; fn([...window.users]); return () => {}; } },
    conversations: {
      list: async ({ filter = 'all', status, limit = 50, cursor = '0' } = {}) => {
        asked.push('list ' + filter + ' ' + status + ' ' + cursor);
        const all = conversations.filter((c) => (!status || status.includes(c.status)) && (filter === 'all' || (filter === 'mine' ? c.assignee === 'agent1@example.com' : !c.assignee && !c.team)));
        const to = Number(cursor) + limit;
        return { items: copy(all.slice(Number(cursor), to)), ...(to < all.length && { nextCursor: String(to) }) };
      },
      onChange: (fn) => { told = fn; return () => { told = undefined; }; },
      open,
    },
    agents: { list: async () => window.agents, setAvailability: async (to) => { did.push('availability ' + to); if (window.refuse) throw { code: 'UNAVAILABLE' }; } },
    rest: {
      auth: async (token) => {
        window.tokens.push(token);
        if (!token.startsWith('token-')) throw { code: 'UNAUTHENTICATED' };
        return answer(token);
      },
      redeem: async (code) => {
        asked.push('redeem ' + code);
        if (code === 'code-broken' && !window.mended) { window.mended = true; throw { code: 'UNAVAILABLE' }; }
        if (!code.startsWith('code-')) throw { code: 'UNAUTHENTICATED' };
        return { agent: answer(''), token: 'token-of-code', ...(code === 'code-share' ? { cobrowse: 'cb_9' } : { conversationId: 'cn_2' }) };
      },
      request: async (verb, path, body) => {
        asked.push(verb + ' ' + path + (body ? ' ' + JSON.stringify(body) : ''));
        const found = rest[verb + ' ' + path];
        if (found === undefined && verb === 'GET') throw { code: 'NOT_FOUND' };
        return typeof found === 'function' ? found(body) : copy(found);
      },
      signOut: async (revoke) => { if (revoke) await fetch('/rest/v1/auth/token', { method: 'DELETE', headers: { authorization: 'Bearer ' + tokens.at(-1) } }); },
    },
    calling: {
      startScreen: (visitorId) => {
        window.call = {
          visitorId, state: 'ringing', listeners: [],
          on: (event, fn) => window.call.listeners.push(fn),
          attach: (element) => element?.append(Object.assign(document.createElement('p'), { id: 'panel', textContent: visitorId })),
          end: () => window.finish(),
        };
        window.finish = () => { window.call.state = 'ended'; window.call.listeners.forEach((fn) => fn('ended')); };
        return window.call;
      },
      startCobrowse: (visitorId) => { did.push('cobrowse ' + visitorId); return share(visitorId); },
    },
    cobrowse: {
      enabled: true,
      onChange: (fn) => { shared = fn; fn([...window.sessions]); return () => { shared = undefined; }; },
      join: (by) => { did.push('join ' + by); return share(by); },
    },
    chat: { hide: () => did.push('hide') },
    on: (event, fn) => { (on[event] ??= new Set()).add(fn); return () => on[event].delete(fn); },
  };
  const waiting = window.CVLoaded;
  window.CVLoaded = true;
  waiting?.();
`;
