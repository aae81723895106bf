/** The pages of the console and the permissions that they require, for the menu, the command palette and the pages. */
import { RESOURCES } from './resources/definitions';
import { ALL } from './session/scope';
import { auditPermissions, whyNot, type Viewer } from './session/viewer';

export interface Place {
  readonly title: string;
  /** The path below the scope. */
  readonly path: string;
  readonly group: 'Configuration' | 'Activity' | 'Access' | 'Platform';
  /** Null if the key may open the page. */
  readonly why: string | null;
}

type Described = Omit<Place, 'why'> & { readonly needs: (viewer: Viewer) => readonly string[] };

const FURTHER: readonly Described[] = [
  { title: 'Account', path: 'account', group: 'Configuration', needs: () => [] },
  { title: 'Promotion', path: 'promotion', group: 'Configuration', needs: () => ['promotion:read'] },
  { title: 'Audit log', path: 'audit', group: 'Activity', needs: auditPermissions },
  { title: 'Denials', path: 'denials', group: 'Activity', needs: () => ['audit:read'] },
  { title: 'Operator access', path: 'operator-access', group: 'Activity', needs: () => ['audit:read'] },
  { title: 'Webhook deliveries', path: 'webhook-deliveries', group: 'Activity', needs: () => ['webhooks:read'] },
  { title: 'Keys to renew', path: 'keys-to-renew', group: 'Access', needs: () => ['apiKeys:read'] },
  { title: 'Access review', path: 'access-review', group: 'Access', needs: () => ['apiKeys:read'] },
  { title: 'Accounts', path: 'accounts', group: 'Platform', needs: () => ['master'] },
  { title: 'Master keys', path: 'master-keys', group: 'Platform', needs: () => ['master'] },
  { title: 'Master access', path: 'master-access', group: 'Platform', needs: () => ['master'] },
];

const GROUPS = ['Configuration', 'Activity', 'Access', 'Platform'] as const;

/** An account key does not see the pages of the platform, because nothing there concerns its account. */
export function placesFor(viewer: Viewer): readonly Place[] {
  const described: readonly Described[] = [
    ...RESOURCES.map(({ title, plural, group, permission }) => ({
      title,
      path: plural,
      group,
      needs: () => [`${permission}:read`],
    })),
    ...FURTHER,
  ];
  return GROUPS.filter((group) => group !== 'Platform' || viewer.kind === 'MASTER').flatMap((group) =>
    described
      .filter((place) => place.group === group)
      .map(({ needs, ...place }) => ({ ...place, why: whyNot(viewer, ...needs(viewer)) })),
  );
}

export const placeOf = (viewer: Viewer, path: string): Place | undefined =>
  placesFor(viewer).find((place) => place.path === path);

/** The address of a page; pages of the platform are not below an account. */
export const addressOf = ({ group, path }: Place, scope: string): string =>
  `/${group === 'Platform' ? ALL : scope}/${path}`;
