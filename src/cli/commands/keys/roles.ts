/** keys roles, and the role given in an option: a built-in one, or a custom one by name. */
import { CustomRolesPageDocument } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { PAGE } from '../../gateway/pages';
import { accountIdOf, openSession, type Session, type Target } from '../../gateway/session';
import { visible } from '../../output/text';
import { command, withAccount, type Common } from '../command';
import { listRows } from '../list';

const ROLES = { viewer: 'VIEWER', runner: 'RUNNER', creator: 'CREATOR', administrator: 'ADMINISTRATOR' } as const;

const isBuiltIn = (text: string): text is keyof typeof ROLES => Object.hasOwn(ROLES, text);

export type RoleInput =
  { readonly role: (typeof ROLES)[keyof typeof ROLES] } | { readonly role: 'CUSTOM'; readonly customRoleId: string };

/** @throws CommandFailure when the role does not exist. */
export async function findRole({ client }: Session, { id: accountId, slug }: Target, text: string): Promise<RoleInput> {
  const lower = text.toLowerCase();
  if (isBuiltIn(lower)) return { role: ROLES[lower] };
  const { customRoles } = await client.ask(CustomRolesPageDocument, {
    accountId,
    first: 1,
    filter: { name: { equals: text } },
  });
  const [role] = customRoles.nodes;
  if (role) return { role: 'CUSTOM', customRoleId: role.id };
  throw new CommandFailure(
    visible(
      `The account "${slug}" has no role "${text}". Every account has ${Object.keys(ROLES).join(', ')}; list its custom roles with: portcullis keys roles`,
    ),
  );
}

interface Options extends Common {
  readonly account?: string;
}

async function show(options: Options): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  await listRows(session, {
    accountId,
    readPage: async (after) =>
      (await session.client.ask(CustomRolesPageDocument, { accountId, first: PAGE, after })).customRoles,
    asJson: options.json,
    head: ['name', 'permissions', 'id'],
    cells: ({ name, permissions, id }) => [name, permissions.join(' '), id],
  });
}

export const keysRolesCommand = withAccount(
  command('roles', "List the account's custom roles.", ['keys roles --profile dev', 'keys roles --profile dev --json']),
).action(show);
