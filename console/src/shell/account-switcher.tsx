/** The account of the pages: fixed for an account key, selectable for a master key. */
import { useQuery } from '@apollo/client/react';
import {
  Button,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Autocomplete,
  DialogTrigger,
  Dialog,
} from 'react-aria-components';
import { useLocation, useNavigate } from 'react-router';
import { useState } from 'react';
import { graphql } from '../generated';
import { ALL } from '../session/scope';
import { useViewer } from '../session/viewer';

const ACCOUNTS = graphql(`
  query AccountsToChoose($contains: String!) {
    accounts(first: 30, filter: { slug: { contains: $contains } }, orderBy: { field: slug }) {
      nodes {
        id
        slug
        name
        status
      }
    }
  }
`);

function Choice({ scope, close }: { readonly scope: string; readonly close: () => void }) {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { data, previousData } = useQuery(ACCOUNTS, { variables: { contains: text } });
  const accounts = (data ?? previousData)?.accounts.nodes ?? [];
  /** The same page in another account; a row exists in one account only. */
  const choose = (slug: string) => {
    const [, , place = 'agents'] = pathname.split('/');
    void navigate(`/${slug}/${place}`);
    close();
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField aria-label="Find an account" autoFocus className="search">
        <Input placeholder="Find an account…" />
      </SearchField>
      <ListBox
        aria-label="Accounts"
        className="list-box"
        onAction={(slug) => choose(String(slug))}
        renderEmptyState={() => <p className="muted pad">No account has this in its short name.</p>}
      >
        {(text === '' ? [{ slug: ALL, name: 'All accounts', status: 'ACTIVE' }, ...accounts] : accounts).map(
          ({ slug, name, status }) => (
            <ListBoxItem key={slug} id={slug} textValue={slug} className={slug === scope ? 'item chosen' : 'item'}>
              <span>{name}</span>
              <span className="muted">{status === 'ACTIVE' ? (slug === ALL ? '' : slug) : status.toLowerCase()}</span>
            </ListBoxItem>
          ),
        )}
      </ListBox>
    </Autocomplete>
  );
}

export function AccountSwitcher({ scope }: { readonly scope: string }) {
  const { kind, account } = useViewer();
  if (kind !== 'MASTER')
    return (
      <span className="account" title="The account of this key">
        {account?.name} <span className="muted">{account?.slug}</span>
      </span>
    );
  return (
    <DialogTrigger>
      <Button className="button account" aria-label={`Account: ${scope === ALL ? 'all accounts' : scope}. Change`}>
        {scope === ALL ? 'All accounts' : scope} <span aria-hidden>▾</span>
      </Button>
      <Popover className="popover">
        <Dialog aria-label="Choose an account" className="popover-body">
          {({ close }) => <Choice scope={scope} close={close} />}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
