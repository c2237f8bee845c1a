declare module 'better-sqlite3' {
  class Database {
    constructor(file: string);
    pragma(source: string): unknown;
    exec(source: string): this;
    prepare(source: string): { run(...parameters: unknown[]): unknown };
    transaction(work: () => void): () => void;
    close(): this;
  }
  export = Database;
}
