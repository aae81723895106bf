/** Ctrl+K: opens any page by a part of its name, or a row by its id. */
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import {
  Autocomplete,
  Button,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useNavigate } from 'react-router';
import { graphql } from '../generated';
import { addressOf, placesFor } from '../navigation';
import { RESOURCES, resourceOfType } from '../resources/definitions';
import { ALL } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';

const NODE = graphql(`
  query RowOfId($id: ID!) {
    node(id: $id) {
      __typename
      id
    }
  }
`);

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Command {
  readonly id: string;
  readonly title: string;
  readonly run: () => void | Promise<void>;
}

function useCommands(scope: string, text: string): readonly Command[] {
  const viewer = useViewer();
  const navigate = useNavigate();
  const client = useApolloClient();
  const go = (address: string) => () => void navigate(address);
  const id = text.trim();
  if (ID.test(id)) {
    const find = async () => {
      const { data } = await client.query({ query: NODE, variables: { id } });
      const resource = resourceOfType(data?.node?.__typename ?? '');
      await navigate(resource ? `/${scope}/${resource.plural}/${id}` : `/${scope}/audit?resourceId=${id}`);
    };
    return [{ id: 'row', title: `Open the row ${id}`, run: find }];
  }
  return [
    ...placesFor(viewer)
      .filter(({ why }) => why === null)
      .map((place) => ({ id: place.path, title: `Go to ${place.title}`, run: go(addressOf(place, scope)) })),
    ...(scope === ALL ? [] : RESOURCES)
      .filter(
        ({ create, permission, writeAction }) => create && whyNot(viewer, `${permission}:${writeAction}`) === null,
      )
      .map(({ plural, noun }) => ({ id: `new-${plural}`, title: `New ${noun}`, run: go(`/${scope}/${plural}/new`) })),
  ];
}

function Commands({ scope, close }: { readonly scope: string; readonly close: () => void }) {
  const [text, setText] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands = useCommands(scope, text);
  const run = (id: React.Key) => {
    close();
    void commands.find((command) => command.id === id)?.run();
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText} filter={ID.test(text.trim()) ? () => true : contains}>
      <SearchField aria-label="Command" autoFocus className="search">
        <Input placeholder="Go to a page, or paste the id of a row…" />
      </SearchField>
      <Menu
        aria-label="Commands"
        className="list-box"
        onAction={run}
        renderEmptyState={() => <p className="muted pad">Nothing has this name.</p>}
      >
        {commands.map(({ id, title }) => (
          <MenuItem key={id} id={id} textValue={title} className="item">
            {title}
          </MenuItem>
        ))}
      </Menu>
    </Autocomplete>
  );
}

export function CommandPalette({ scope }: { readonly scope: string }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((now) => !now);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button className="button search-button" onPress={() => setOpen(true)}>
        Go to… <kbd>Ctrl K</kbd>
      </Button>
      <ModalOverlay className="overlay top" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
        <Modal className="modal narrow">
          <Dialog aria-label="Go to" className="popover-body">
            {({ close }) => <Commands scope={scope} close={close} />}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
