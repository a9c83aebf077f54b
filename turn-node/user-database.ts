import { closeSync, fchmodSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { realm } from './turnserver-conf.ts';

/** The tables of coturn's own schema. coturn looks into each of them. */
const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS turnusers_lt (realm varchar(127) default '', name varchar(512), hmackey char(128), PRIMARY KEY (realm, name));
CREATE TABLE IF NOT EXISTS turn_secret (realm varchar(127) default '', value varchar(256), PRIMARY KEY (realm, value));
CREATE TABLE IF NOT EXISTS allowed_peer_ip (realm varchar(127) default '', ip_range varchar(256), PRIMARY KEY (realm, ip_range));
CREATE TABLE IF NOT EXISTS denied_peer_ip (realm varchar(127) default '', ip_range varchar(256), PRIMARY KEY (realm, ip_range));
CREATE TABLE IF NOT EXISTS turn_origin_to_realm (origin varchar(127), realm varchar(127), PRIMARY KEY (origin));
CREATE TABLE IF NOT EXISTS turn_realm_option (realm varchar(127) default '', opt varchar(32), value varchar(128), PRIMARY KEY (realm, opt));
CREATE TABLE IF NOT EXISTS oauth_key (kid varchar(128), ikm_key varchar(256), timestamp bigint default 0, lifetime integer default 0, as_rs_alg varchar(64) default '', realm varchar(127), PRIMARY KEY (kid));
CREATE TABLE IF NOT EXISTS admin_user (name varchar(32), realm varchar(127), password varchar(127), PRIMARY KEY (name));`;

/**
 * The SQLite file through which a running coturn is told what changes. It reads secrets at every allocation, peers and
 * quotas every five seconds. With a write-ahead log it never finds the file locked: it would take that for an empty one.
 */
export class UserDatabase {
  readonly #database: DatabaseSync;

  /** Opens the file, or makes it anew if it cannot be read. */
  constructor(file: string) {
    this.#database = open(file);
  }

  /** The secrets that credentials may be made of. */
  setSecrets(secrets: readonly string[]): void {
    this.#replace('turn_secret', 'value', secrets);
  }

  /** The peers that were allowed last, also by the process before this one. */
  get peers(): string[] {
    const rows = this.#prepare('SELECT ip_range FROM allowed_peer_ip').all();
    return rows.map(row => `${row.ip_range}`);
  }

  /** The only addresses, besides those of the configuration, that data may be sent to. */
  setPeers(addresses: readonly string[]): void {
    this.#replace('allowed_peer_ip', 'ip_range', addresses);
  }

  /**
   * Makes coturn refuse new allocations while it has others, which go on. It knows no such switch and takes a quota of 0
   * for none, so the quota becomes 1.
   */
  refuseNew(): void {
    this.#prepare("INSERT OR REPLACE INTO turn_realm_option VALUES (?, 'total-quota', '1')").run(realm);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #replace(table: string, column: string, values: readonly string[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#database.exec(`DELETE FROM ${table}`);
      const insert = this.#prepare(`INSERT OR IGNORE INTO ${table} (realm, ${column}) VALUES (?, ?)`);
      for (const value of values) insert.run(realm, value);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }
}

function open(file: string): DatabaseSync {
  try {
    return openOnce(file);
  } catch {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    return openOnce(file);
  }
}

/** SQLite gives its other files the mode of the first. */
function openOnce(file: string): DatabaseSync {
  const descriptor = openSync(file, 'a', 0o600);
  fchmodSync(descriptor, 0o600);
  closeSync(descriptor);
  const database = new DatabaseSync(file, { timeout: 2_000 });
  try {
    database.exec(schema);
    // The drain of the process before this one is over.
    database.exec('DELETE FROM turn_realm_option');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
