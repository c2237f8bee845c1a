import type { z } from 'zod';
import { events, methods } from '#protocol/api.ts';
import type { Event, Method } from '#protocol/contract.ts';
import { commonErrors, errorCodes, httpStatus } from '#protocol/errors.ts';
import { jsonSchemas } from './jsonSchema.ts';
import { problemTitles } from './problem.ts';

const tabs = [
  ['/docs/', 'REST'],
  ['/docs/socket.html', 'Socket'],
  ['/docs/errors.html', 'Errors'],
] as const;

/** The frame of every page of the documentation. `body` is markup; everything else is escaped. */
export function docsPage(title: string, here: (typeof tabs)[number][0], body: string, head = ''): string {
  const links = tabs.map(
    ([href, text]) => `<a href="${href}"${href === here ? ' aria-current="page"' : ''}>${text}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · CoView</title>
<link rel="icon" href="data:,">
${head}<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><strong>CoView</strong><nav aria-label="Documentation">${links.join('')}</nav></header>
<main${here === '/docs/' ? '' : ' class="text"'}>
${body}
</main>
</body>
</html>
`;
}

/** Every request and event of the socket, out of the contract that the gateway checks them with. */
export function socketPage(): string {
  const body = `<h1>Socket</h1>
<p>Visitors’ pages and agents’ pages talk to the server over socket.io. A <a href="#methods">method</a> is a request
with one answer, given to the acknowledgement: <code>{data}</code> or <code>{error: {code, message}}</code>.
An <a href="#events">event</a> is a fact that the server tells.</p>
<p>Any method may also answer ${commonErrors.map(errorLink).join(', ')}.</p>
<h2 id="methods">Methods</h2>
${Object.entries(methods as Record<string, Method>)
  .map(([name, method]) => methodEntry(name, method))
  .join('\n')}
<h2 id="events">Events</h2>
${Object.entries(events as Record<string, Event>)
  .map(([name, event]) => eventEntry(name, event))
  .join('\n')}`;
  return docsPage('Socket', '/docs/socket.html', body);
}

/** The one list of codes that the page API, the socket and REST share. */
export function errorsPage(): string {
  const rows = errorCodes.map(
    (code) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${httpStatus[code]}</td><td>${escaped(problemTitles[code])}</td></tr>`,
  );
  const body = `<h1>Errors</h1>
<p>The page API, the socket and REST answer with the same codes. REST sends them as problem details (RFC 9457) with the
status given here; <code>detail</code> says what is wrong with the request at hand, and the cure.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
  return docsPage('Errors', '/docs/errors.html', body);
}

function methodEntry(name: string, method: Method): string {
  const errors = method.errors.length > 0 ? `<p>Errors: ${method.errors.map(errorLink).join(', ')}</p>` : '';
  return entry(name, method.who, method.summary, [
    errors,
    schemaEntry('Request', method.input, 'input'),
    schemaEntry('Answer', method.output, 'output'),
  ]);
}

const eventEntry = (name: string, event: Event): string =>
  entry(name, event.to, event.summary, [schemaEntry('Payload', event.payload, 'output')]);

function entry(name: string, who: readonly string[], summary: string, parts: readonly string[]): string {
  const roles = who.map((role) => `<span class="role">${escaped(role)}</span>`).join(' ');
  const id = escaped(name);
  return `<section id="${id}"><h3><a href="#${id}"><code>${id}</code></a> ${roles}</h3>
<p>${escaped(summary)}</p>
${parts.join('\n')}</section>`;
}

function schemaEntry(title: string, schema: z.ZodType, io: 'input' | 'output'): string {
  const { it, ...others } = jsonSchemas(new Map([['it', schema]]), io);
  const json = JSON.stringify(
    Object.keys(others).length > 0 ? { ...it, components: { schemas: others } } : it,
    null,
    2,
  );
  return `<details><summary>${title}</summary><pre>${escaped(json)}</pre></details>`;
}

const errorLink = (code: string): string => `<a href="/docs/errors.html#${code}"><code>${code}</code></a>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
