/** What arrives or is read within this time is told at once, in milliseconds. */
const SETTLE_MS = 250;

type Marks = { delivered: number; read: number };

/** Tells the server how far this side is, each step once; what a lost connection swallowed is told again. */
export class ReceiptTeller {
  readonly #tell: (marks: Marks) => Promise<unknown>;
  readonly #wanted: Marks = { delivered: 0, read: 0 };
  readonly #known: Marks = { delivered: 0, read: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #generation = 0;

  constructor(tell: (marks: Marks) => Promise<unknown>) {
    this.#tell = tell;
  }

  /** Everything up to these has come, or been seen; nothing ever goes back. */
  reached(marks: Partial<Marks>): void {
    this.#wanted.read = Math.max(this.#wanted.read, marks.read ?? 0);
    this.#wanted.delivered = Math.max(this.#wanted.delivered, marks.delivered ?? 0, this.#wanted.read);
    if (this.#behind) this.#timer ??= setTimeout(() => this.#send(), SETTLE_MS);
  }

  /** What the server holds. */
  known({ delivered, read }: Marks): void {
    this.#known.delivered = Math.max(this.#known.delivered, delivered);
    this.#known.read = Math.max(this.#known.read, read);
  }

  get delivered(): number {
    return Math.max(this.#wanted.delivered, this.#known.delivered);
  }

  /** How far this side has read, told or not. */
  get read(): number {
    return Math.max(this.#wanted.read, this.#known.read);
  }

  /** Another conversation. */
  start(): void {
    this.close();
    Object.assign(this.#wanted, { delivered: 0, read: 0 });
    Object.assign(this.#known, { delivered: 0, read: 0 });
  }

  close(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #behind(): boolean {
    return this.#wanted.delivered > this.#known.delivered || this.#wanted.read > this.#known.read;
  }

  #send(): void {
    this.#timer = undefined;
    if (!this.#behind) return;
    const marks = { ...this.#wanted };
    const generation = this.#generation;
    this.#tell(marks).then(
      () => generation === this.#generation && this.known(marks),
      // Told again with the next message, or when the connection is back.
      () => {},
    );
  }
}
