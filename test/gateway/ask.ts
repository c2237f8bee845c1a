import { type IncomingMessage, request } from 'node:http';

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

export interface HttpQuestion {
  port: number;
  /** After `/socket.io/?EIO=4&`. */
  query: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** One HTTP request to the socket's door, with whatever headers; the answer 101 ends it. */
export function ask({ port, query, method = 'GET', headers = {}, body }: HttpQuestion): Promise<HttpAnswer> {
  const path = `/socket.io/?EIO=4&${query}`;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    asked.on('error', reject);
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: '' });
    });
    asked.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.end(body);
  });
}

/** Asks for a websocket. */
export const askUpgrade = (question: HttpQuestion): Promise<HttpAnswer> =>
  ask({ ...question, headers: { ...upgrade, ...question.headers } });
