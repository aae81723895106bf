/** Text with a copy button: ids, request ids, new keys. */
import { useState } from 'react';
import { Button } from 'react-aria-components';

interface CopyTextProps {
  readonly text: string;
  /** What the text is. */
  readonly label?: string;
  /** The part that is shown; default: all. */
  readonly shown?: string;
}

/** Without a secure connection, browsers have no clipboard; the text can be selected instead. */
export function CopyText({ text, label, shown = text }: CopyTextProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <span className="copy-text">
      {label !== undefined && <span className="muted">{label} </span>}
      <code>{shown}</code>
      {window.isSecureContext && (
        <Button className="button tiny" onPress={() => void copy()} aria-label={`Copy ${label ?? 'it'}`}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </span>
  );
}
