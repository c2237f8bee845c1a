import { connect, type Socket } from 'node:net';

/*
 * Asks one path over kept-alive connections, the next request of each as soon as its answer is there. It reads no more
 * of an answer than its length, so that the server is what is measured.
 */

interface Task {
  port: number;
  path: string;
  token: string;
  connections: number;
  /** Milliseconds. */
  forMs: number;
}

interface Done {
  answered: number;
  /** Milliseconds. */
  took: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

process.on('message', (task: Task) => void run(task).then((done) => process.send?.(done)));

async function run({ port, path, token, connections, forMs }: Task): Promise<Done> {
  const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const began = performance.now();
  const until = began + forMs;
  const counts = Array.from({ length: connections }, () => ask(port, Buffer.from(head), until));
  const answered = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  return { answered, took: performance.now() - began };
}

function ask(port: number, question: Buffer, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    /** Bytes of the present answer that are still to come; undefined while its head is. */
    let left: number | undefined;
    let head = Buffer.alloc(0);
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(question));
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      let body = chunk;
      if (left === undefined) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const end = head.indexOf(HEAD_END);
        if (end < 0) return;
        const text = head.toString('latin1', 0, end);
        if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text.slice(0, 300)));
        left = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        body = head.subarray(end + HEAD_END.length);
      }
      left -= body.length;
      if (left > 0) return;
      count++;
      left = undefined;
      head = Buffer.alloc(0);
      if (performance.now() < until) return void socket.write(question);
      socket.destroy();
      resolve(count);
    });
  });
}
