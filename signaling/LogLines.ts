import { openSync, write, writeSync } from 'node:fs';

/** Lines wait so long for more, in milliseconds; so long, too, until what could not be written is tried again. */
const WAIT_MS = 100;
/** So many characters wait for nothing. */
const ENOUGH = 8_192;
/** What cannot be written yet is kept up to so many characters; later lines are lost. */
const MAX_KEPT = 8 * 1024 * 1024;

/**
 * The log, written in one go, many lines at a time: a line by itself costs a request as much as its answer. Where it
 * cannot be written, as on a full disk, lines are lost, and how many is told in it afterwards; nothing else suffers.
 */
export class LogLines {
  readonly #fd: number;
  readonly #maxKept: number;
  #text = '';
  /** Of what was being written. */
  #rest: Buffer = Buffer.alloc(0);
  #writing = false;
  #timer: NodeJS.Timeout | undefined;
  #lost = 0;
  /** Nobody will ever read it. */
  #over = false;

  constructor(dest: number | string = 1, maxKept = MAX_KEPT) {
    this.#maxKept = maxKept;
    this.#fd = typeof dest === 'number' ? dest : openSync(dest, 'a', 0o600);
    process.once('exit', () => this.#end());
  }

  write(line: string): void {
    if (this.#over) return;
    if (this.#text.length + this.#rest.length + line.length > this.#maxKept) {
      this.#lost++;
      return;
    }
    this.#text += line;
    if (this.#text.length >= ENOUGH && !this.#writing && this.#rest.length === 0) this.#flush();
    else this.#flushSoon();
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), WAIT_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What comes meanwhile goes next.
    if (this.#writing) return;
    const bytes = this.#take();
    this.#writing = true;
    write(this.#fd, bytes, (error, written) => {
      this.#writing = false;
      this.#wrote(bytes, error, written);
      if (!error && this.#text.length >= ENOUGH) this.#flush();
      else if (this.#text.length + this.#rest.length > 0) this.#flushSoon();
    });
  }

  #take(): Buffer {
    const bytes = Buffer.concat([this.#rest, Buffer.from(this.#text)]);
    this.#rest = Buffer.alloc(0);
    this.#text = '';
    return bytes;
  }

  #wrote(bytes: Buffer, error: NodeJS.ErrnoException | null, written: number): void {
    this.#over = error?.code === 'EPIPE';
    if (this.#over) this.#text = '';
    else this.#rest = error ? bytes : bytes.subarray(written);
    if (error || this.#lost === 0) return;
    this.#text += `${JSON.stringify({ level: 40, time: Date.now(), lost: this.#lost, msg: 'lines of the log could not be written' })}\n`;
    this.#lost = 0;
  }

  /** Whatever can be written now; a process that ends waits for no disk. */
  #end(): void {
    try {
      for (let bytes = this.#take(); bytes.length > 0; ) bytes = bytes.subarray(writeSync(this.#fd, bytes));
    } catch {
      // There is nobody left to be told.
    }
  }
}
