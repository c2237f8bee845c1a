import { type DestinationStream, pino } from 'pino';

/** Lines wait so long for more, in milliseconds. */
const WAIT_MS = 100;

/** Written in one go, many lines at a time: a line by itself costs a request as much as its answer. */
export function logLines(dest: number | string = 1): DestinationStream {
  const out = pino.destination({ dest, sync: false, minLength: 8_192 });
  let due = false;
  return {
    write(line) {
      out.write(line);
      if (due) return;
      due = true;
      setTimeout(() => {
        due = false;
        out.flush();
      }, WAIT_MS).unref();
    },
  };
}
