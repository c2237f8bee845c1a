import { CvError } from '#protocol/errors.ts';
import type { Database } from './Database.ts';
import { PostgresDatabase, type PostgresOptions } from './PostgresDatabase.ts';
import { SqlAgents } from './SqlAgents.ts';
import { SqlAudit } from './SqlAudit.ts';
import { SqlCalls } from './SqlCalls.ts';
import { SqlChat } from './SqlChat.ts';
import { SqlCobrowses } from './SqlCobrowses.ts';
import { SqlCustomers } from './SqlCustomers.ts';
import { SqlIdempotency } from './SqlIdempotency.ts';
import { SqliteDatabase } from './SqliteDatabase.ts';
import { SqlLinks } from './SqlLinks.ts';
import { SqlRules } from './SqlRules.ts';
import { SqlSites } from './SqlSites.ts';
import { SqlTokens } from './SqlTokens.ts';
import { SqlWebhooks } from './SqlWebhooks.ts';
import type { Store } from './Store.ts';

export interface StoreOptions extends Omit<PostgresOptions, 'url'> {
  /** `postgres://…`; goes before `file`. */
  url?: string | undefined;
  /**
   * A SQLite file, made with its folder if missing, or `:memory:`. One store a file within a process. What is to be
   * written waits `timeoutMs` while another process writes; 5,000 when unset.
   */
  file?: string | undefined;
}

/** The store over PostgreSQL or a SQLite file; opening it brings the tables up to date. */
export class TypeOrmStore implements Store {
  readonly sites: SqlSites;
  readonly agents: SqlAgents;
  readonly tokens: SqlTokens;
  readonly links: SqlLinks;
  readonly customers: SqlCustomers;
  readonly chat: SqlChat;
  readonly rules: SqlRules;
  readonly webhooks: SqlWebhooks;
  readonly idempotency: SqlIdempotency;
  readonly calls: SqlCalls;
  readonly cobrowses: SqlCobrowses;
  readonly audit: SqlAudit;
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
    this.sites = new SqlSites(database);
    this.agents = new SqlAgents(database);
    this.tokens = new SqlTokens(database);
    this.links = new SqlLinks(database);
    this.customers = new SqlCustomers(database);
    this.chat = new SqlChat(database);
    this.rules = new SqlRules(database);
    this.webhooks = new SqlWebhooks(database);
    this.idempotency = new SqlIdempotency(database);
    this.calls = new SqlCalls(database);
    this.cobrowses = new SqlCobrowses(database);
    this.audit = new SqlAudit(database);
  }

  /** Rejects with UNAVAILABLE if the database cannot be opened, INVALID_INPUT if none is named. */
  static async open({ url, file, ...postgres }: StoreOptions): Promise<TypeOrmStore> {
    return new TypeOrmStore(await openDatabase(url, file, postgres));
  }

  ping(): Promise<void> {
    return this.#database.ping();
  }

  compact(): Promise<void> {
    return this.#database.compact();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function openDatabase(
  url: string | undefined,
  file: string | undefined,
  postgres: Omit<PostgresOptions, 'url'>,
): Promise<Database> {
  if (url !== undefined) {
    if (/^postgres(ql)?:\/\//.test(url)) return PostgresDatabase.open({ ...postgres, url });
    throw new CvError('INVALID_INPUT', 'The database address must begin with postgres://');
  }
  if (file) return SqliteDatabase.open(file, postgres.timeoutMs);
  throw new CvError('INVALID_INPUT', 'The store needs the address of a PostgreSQL database or a SQLite file.');
}
