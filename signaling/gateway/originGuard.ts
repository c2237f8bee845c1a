import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { CvError, httpStatus } from '#protocol/errors.ts';
import type { Site } from '#protocol/site.ts';
import { originAllowed, sameOrigin } from './origins.ts';

export interface OriginGuardOptions {
  publicUrl?: string | undefined;
  /** The site of this name, if there is one. */
  siteOf(site: string): Site | undefined | Promise<Site | undefined>;
  /** Counts a new connection against its sender’s limit. */
  mayConnect?(request: IncomingMessage): boolean;
}

/**
 * Runs on every HTTP request of the socket's transports, polling and upgrade alike: a page of a foreign origin
 * is refused before anything is read. The refusal can be read by that page, so that its developer learns why.
 */
export function originGuard({ publicUrl, siteOf, mayConnect }: OriginGuardOptions) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const { origin } = request.headers;
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Vary', 'Origin');
    }
    const parameters = new URL(request.url ?? '', 'http://localhost').searchParams;
    const [site = '', ...more] = parameters.getAll('site');
    // Whoever reads the address next must not find another site in it than the one whose origins are looked up here.
    if (more.length > 0)
      return refuse(request, response, new CvError('INVALID_INPUT', 'Name one site in the address.'));
    // Engine.IO's JSONP: a script element sends no Origin, so that any page could read what it answers.
    if (parameters.has('j')) return refuse(request, response, new CvError('FORBIDDEN', 'JSONP is not offered.'));
    const letIn = () => {
      if (parameters.has('sid') || mayConnect?.(request) !== false) return next();
      response.setHeader('Retry-After', '1');
      refuse(request, response, new CvError('RATE_LIMITED', 'Too many connections from this address; wait a moment.'));
    };
    if (origin === undefined) return letIn();
    const judge = (found: Site | undefined) => {
      const patterns = found?.settings.allowedOrigins ?? [];
      if (sameOrigin(origin, request.headers.host, publicUrl) || originAllowed(origin, patterns)) {
        if (request.method !== 'OPTIONS') return letIn();
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
        response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '');
        response.statusCode = 204;
        response.end();
        return;
      }
      refuse(
        request,
        response,
        new CvError(
          'FORBIDDEN',
          `Pages of ${origin} may not connect to the site “${site}”. Add the origin to the site’s allowedOrigins.`,
        ),
      );
    };
    const found = siteOf(site);
    if (!(found instanceof Promise)) return judge(found);
    // A database that does not answer knows no site.
    found.then(judge, () => judge(undefined));
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, error: CvError): void {
  const body = JSON.stringify(error);
  const status = httpStatus[error.code];
  if (request.headers.upgrade !== undefined) {
    request.socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return;
  }
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(body);
}
