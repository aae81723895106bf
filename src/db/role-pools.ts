/** A connection pool for each role that the gateway connects as. */
import { ConnectionPool } from './pool';
import { ROLE_KINDS, type RoleKind } from './setup/roles';

export type RolePools = Readonly<Record<RoleKind, ConnectionPool>>;

export interface RolePoolsSettings {
  readonly urls: Readonly<Record<RoleKind, string>>;
  /** Connections per role. */
  readonly poolSize: number;
  /** Whether to keep statements prepared: PREPARED_STATEMENTS. */
  readonly preparesStatements: boolean;
  readonly onError: (error: Error) => void;
  /** Called after waits for a connection; see FairSemaphore. */
  readonly onWait?: ((role: RoleKind, waitedMs: number, isServed: boolean) => void) | undefined;
}

/** For work across accounts: the gateway's own, and that of master keys. */
export const NO_ACCOUNT = '';

/** Nothing is connected yet. */
export function rolePools({ urls, poolSize: size, preparesStatements, onError, onWait }: RolePoolsSettings): RolePools {
  const open = (role: RoleKind): ConnectionPool =>
    new ConnectionPool({
      role,
      url: urls[role],
      size,
      preparesStatements,
      onError,
      onWait: onWait && ((waitedMs, isServed) => onWait(role, waitedMs, isServed)),
    });
  return { tenant: open('tenant'), operator: open('operator'), restricted: open('restricted') };
}

/** Opens a connection as every role. @throws when one of them is refused, or the database is unreachable. */
export async function connectAll(pools: RolePools): Promise<void> {
  await Promise.all(ROLE_KINDS.map((role) => pools[role].use(NO_ACCOUNT, () => Promise.resolve())));
}

/** Settings that a pooler's sessions lack, so that transactions set them; null without a pooler. */
export function restatedBy(pools: RolePools): readonly string[] | null {
  return ROLE_KINDS.reduce<readonly string[] | null>((all, role) => {
    const { restated } = pools[role];
    return restated === null ? all : [...new Set([...(all ?? []), ...restated])];
  }, null);
}

export async function closeAll(pools: RolePools): Promise<void> {
  await Promise.all(ROLE_KINDS.map((role) => pools[role].close()));
}
