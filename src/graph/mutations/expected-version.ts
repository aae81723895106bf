/** The argument that prevents lost updates. */
import { Int } from 'type-graphql';

/** Use as `@Arg(...expectedVersion('the row'))`. */
export const expectedVersion = (what: string) =>
  [
    'expectedVersion',
    () => Int,
    { nullable: true, description: `Fail with VERSION_CONFLICT unless ${what} has this version.` },
  ] as const;
