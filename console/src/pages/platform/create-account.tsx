/** Creates an account with its first key. */
import { SecretForm } from '../../forms/secret-form';
import { inputField, type Input } from '../../forms/values';
import { graphql } from '../../generated';
import type { Change } from '../../graphql/use-change';
import { ActionDialog } from '../../ui/dialog';

const CREATE = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      account {
        id
        slug
      }
      secret
    }
  }
`);

const FIELDS = [
  inputField('slug', 'Short name', 'Unique and fixed: 1 to 63 lower-case letters, digits and inner hyphens.', {
    isRequired: true,
  }),
  inputField('name', 'Name', 'Display name, 1 to 255 characters.', { isRequired: true }),
];

const create = async (change: Change, { slug, name }: Input['input']) =>
  (await change.run(CREATE, { input: { slug: String(slug), name: String(name) } }))?.createAccount.secret ?? null;

export function CreateAccount() {
  return (
    <ActionDialog action="New account" title="New account" isPrimary>
      {(close) => (
        <SecretForm fields={FIELDS} action="Create account" create={create} close={close}>
          <p className="muted">It begins with a PRIMARY key, which never expires and is shown once.</p>
        </SecretForm>
      )}
    </ActionDialog>
  );
}
