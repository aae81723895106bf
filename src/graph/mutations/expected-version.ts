/** The argument of changes that must not overwrite somebody else's. */
import { Int } from 'type-graphql';

/** For `@Arg(...expectedVersion('the row'))`. */
export const expectedVersion = (what: string) =>
  [
    'expectedVersion',
    () => Int,
    { nullable: true, description: `Fail with VERSION_CONFLICT unless ${what} has this version.` },
  ] as const;
