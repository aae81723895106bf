/** Text that is there to be copied: ids, requests, new keys. */
import { useState } from 'react';
import { Button } from 'react-aria-components';

interface CopyTextProps {
  readonly text: string;
  /** What it is. */
  readonly label?: string;
  /** What is shown of it; default: all. */
  readonly shown?: string;
}

/** Browsers without a secure connection have no clipboard; the text can be selected. */
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
