/** A new key, which is shown once. */
import { Button } from 'react-aria-components';
import { CopyText } from '../ui/copy-text';

export function NewSecret({ secret, close }: { readonly secret: string; readonly close: () => void }) {
  return (
    <div className="new-secret">
      <p className="notice warning" role="alert">
        This is the only time that the key is shown. Copy it to where it is used; nobody can read it from here again.
      </p>
      <p>
        <CopyText text={secret} label="Key" />
      </p>
      <Button className="button primary" onPress={close}>
        I have copied it
      </Button>
    </div>
  );
}
