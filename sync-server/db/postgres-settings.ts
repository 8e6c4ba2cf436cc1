import { platform } from 'node:os';

/**
 * Settings for a store's box: two cores, a few gigabytes, an SSD that may lose power at any time. Durability is
 * PostgreSQL's default and is written out because the till's receipt depends on it.
 */
export function postgresSettings(port: number): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '50',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'on',
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // Short statements on two cores: compiling them or sharing them among workers costs more than it gives.
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    // A statement whose client was killed is given up; only Linux can see that (PostgreSQL 18, 19.3.2).
    ...(platform() === 'linux' ? { client_connection_check_interval: '10s' } : {}),
  };
}

/**
 * Flags of initdb. The built-in C.UTF-8 provider sorts by code point, which is byte order, as the row feed's keys
 * need, yet folds case for all of Unicode; it depends on no library of the machine, so an upgrade never breaks an index.
 */
export const initdbFlags = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--data-checksums',
];
