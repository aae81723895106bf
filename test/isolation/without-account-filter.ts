/** The repository's wall, to be taken down by tests: statements that forget whose rows they are for. */
import type * as statements from '../../src/db/statements/select';

/** False takes the wall down, where `src/db/statements/select` is mocked by `blinded`. */
export const repository = { filters: true };

/** The same statement for the rows of all accounts; the parameter stays, compared with itself. */
const withoutAccount = (text: string): string =>
  text.replace(/t\."(?:account_id|id)" = \$1(?= |$)/, '$1::uuid IS NOT NULL');

export function withoutAccountFilter(real: typeof statements): typeof statements {
  const blind = <Built extends { readonly text: string; readonly name: string | undefined }>(
    statement: Built,
  ): Built =>
    repository.filters ? statement : { ...statement, name: undefined, text: withoutAccount(statement.text) };
  return {
    ...real,
    listStatement: (...given) => blind(real.listStatement(...given)),
    countStatement: (...given) => blind(real.countStatement(...given)),
    getStatement: (...given) => blind(real.getStatement(...given)),
  };
}
