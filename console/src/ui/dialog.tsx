/** A dialog that a button opens to ask for confirmation or input. */
import type { ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface ActionDialogProps {
  /** The label of the button. */
  readonly action: string;
  readonly title: string;
  readonly isDangerous?: boolean;
  readonly isPrimary?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

export function ActionDialog({ action, title, isDangerous = false, isPrimary = false, children }: ActionDialogProps) {
  // Keyed by its action: after a row is restored, the open dialog must not ask whether to delete it.
  return (
    <DialogTrigger key={action}>
      <Button className={`button ${isDangerous ? 'danger-text' : isPrimary ? 'primary' : ''}`}>{action}</Button>
      <ModalOverlay className="overlay" isDismissable={false}>
        <Modal className="modal">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
