/** A dialog that is opened by a button, and asks for something before it is done. */
import type { ReactNode } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface ActionDialogProps {
  /** On the button. */
  readonly action: string;
  readonly title: string;
  readonly isDangerous?: boolean;
  readonly isPrimary?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

export function ActionDialog({ action, title, isDangerous = false, isPrimary = false, children }: ActionDialogProps) {
  // By its action: a row that is restored must not leave the open dialog asking whether to delete it.
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
