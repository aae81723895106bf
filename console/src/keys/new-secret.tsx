/** Shows a new key, or another secret, once. */
import { Button } from 'react-aria-components';
import { CopyText } from '../ui/copy-text';

interface NewSecretProps {
  readonly secret: string;
  readonly close: () => void;
  /** The kind of secret; default: a key. */
  readonly what?: string;
}

export function NewSecret({ secret, close, what = 'key' }: NewSecretProps) {
  return (
    <div className="new-secret">
      <p className="notice warning" role="alert">
        This is the only time that the {what} is shown. Copy it to where it is used; nobody can read it from here again.
      </p>
      <p>
        <CopyText text={secret} label={what.charAt(0).toUpperCase() + what.slice(1)} />
      </p>
      <Button className="button primary" onPress={close}>
        I have copied it
      </Button>
    </div>
  );
}
