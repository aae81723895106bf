/** What each key has done, and the least role that would have sufficed: the basis for choosing roles. */
import { Field, ID, ObjectType } from 'type-graphql';
import { Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { ApiKey } from '../api-key/api-key.entity';
import { Role } from '../api-key/role';
import { KeyUsageCount } from '../api-key/key-last-used.entity';

/** Weakest first. */
const ROLES: readonly (readonly [Action, Role])[] = [
  [Action.READ, 'VIEWER'],
  [Action.RUN, 'RUNNER'],
  [Action.WRITE, 'CREATOR'],
  [Action.ADMIN, 'ADMINISTRATOR'],
];

/** The least role that covers what was done; null when nothing was. */
export function leastRole(usages: readonly Pick<KeyUsageCount, 'action'>[]): Role | null {
  const done = new Set(usages.map(({ action }) => action));
  return ROLES.findLast(([action]) => done.has(action))?.[1] ?? null;
}

@Scoped()
@ObjectType({ description: 'What one key was used for, and the least-privileged role that covers this use.' })
export class AccessReview {
  @Field(() => ID, { description: 'Id of the key.' })
  id!: string;

  @Field(() => ID, { description: 'The account of the key.' })
  accountId!: string;

  @Field(() => ApiKey, { description: 'The key.' })
  apiKey!: ApiKey;

  @Field(() => Role, {
    nullable: true,
    description: 'The least-privileged role that covers this use; null for a key that was never used.',
  })
  leastRole!: Role | null;

  @Field(() => String, { description: 'What to do, human-readable.' })
  recommendation!: string;

  @Field(() => [KeyUsageCount], { description: 'What the key was used for, most recent first; at most 100 entries.' })
  evidence!: KeyUsageCount[];
}
