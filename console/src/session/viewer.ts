/** Who is signed in, what the key may do, and why it may not do the rest. */
import { createContext, useContext } from 'react';
import { graphql } from '../generated';
import type { ViewerQuery } from '../generated/graphql';

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      kind
      role
      permissions
      warnings
      key {
        id
        name
        preview
      }
      account {
        id
        slug
        name
      }
    }
  }
`);

export type Viewer = ViewerQuery['viewer'];

export const ViewerContext = createContext<Viewer | null>(null);

/** @throws Error outside a session. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error('There is no viewer outside a session.');
  return viewer;
}

/** Null if it is allowed, otherwise the reason. */
export function whyNot({ kind, permissions, role }: Viewer, ...needed: readonly string[]): string | null {
  const missing = needed.filter((permission) =>
    permission === 'master' ? kind !== 'MASTER' : !permissions.includes(permission),
  );
  if (missing.length === 0) return null;
  if (missing.includes('master')) return 'This is for master keys: an account key sees only its own account.';
  return `This key lacks ${missing.join(', ')}; its role is ${role}.`;
}

export const mayRead =
  (viewer: Viewer) =>
  (permission: string): boolean =>
    viewer.permissions.includes(`${permission}:read`);

/** The audit log contains rows of every type. */
export const auditPermissions = ({ permissions }: Viewer): string[] => [
  'audit:read',
  ...permissions.filter((permission) => permission.endsWith(':read') && permission !== 'audit:read'),
];
