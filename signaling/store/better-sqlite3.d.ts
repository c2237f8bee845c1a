declare module 'better-sqlite3' {
  interface Statement {
    run(...parameters: unknown[]): unknown;
    all(...parameters: unknown[]): unknown[];
  }
  class Database {
    constructor(file: string, options?: { readonly?: boolean; timeout?: number });
    pragma(source: string): unknown;
    exec(source: string): this;
    prepare(source: string): Statement;
    transaction(work: () => void): () => void;
    close(): this;
  }
  namespace Database {
    export { Statement };
  }
  export = Database;
}
