/** The frame of every page: menu, bar and notices; and whether the key can see the address. */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { addressOf, placesFor } from '../navigation';
import { ALL, useScopeState } from '../session/scope';
import { signOut, useSession } from '../session/session';
import { useViewer } from '../session/viewer';
import { ConnectionNotice } from '../ui/connection-notice';
import { Empty, Failure, Loading } from '../ui/states';
import { AccountSwitcher } from './account-switcher';
import { CommandPalette } from './command-palette';
import { KeyMenu } from './key-menu';

function Menu({ scope }: { readonly scope: string }) {
  const viewer = useViewer();
  const places = placesFor(viewer);
  const groups = [...new Set(places.map(({ group }) => group))];
  return (
    <nav aria-label="Console" className="menu">
      {groups.map((group) => (
        <div key={group}>
          <h2>{group}</h2>
          <ul>
            {places
              .filter((place) => place.group === group)
              .map((place) => (
                <li key={place.path}>
                  {place.why === null ? (
                    <NavLink to={addressOf(place, scope)}>{place.title}</NavLink>
                  ) : (
                    <span className="closed" title={place.why}>
                      {place.title}
                      <span className="visually-hidden">: {place.why}</span>
                    </span>
                  )}
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function OtherTab() {
  const { isOtherTabDifferent } = useSession();
  const { account } = useViewer();
  if (!isOtherTabDifferent) return null;
  return (
    <div className="notice warning" role="alert">
      <strong>Another tab has signed in with another key.</strong> This tab continues as{' '}
      {account?.slug ?? 'a master key'}; new tabs use the other key.
    </div>
  );
}

export function NotFound() {
  return <Empty title="There is no such page.">Choose one from the menu.</Empty>;
}

function Content() {
  const scope = useScopeState();
  const { account } = useViewer();
  switch (scope.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Failure error={scope.error} />;
    case 'refused':
      return (
        <Empty title="This key cannot open this address.">
          <p role="alert">{scope.why}</p>
          <p className="actions">
            <Link className="button primary" to={`/${account?.slug ?? ALL}/agents`}>
              Continue as {account?.slug ?? 'master key'}
            </Link>
            <Button className="button" onPress={() => signOut(null)}>
              Use another key
            </Button>
          </p>
        </Empty>
      );
    case 'ready':
      return <Outlet />;
  }
}

/** The heading of the page is its title, and gets the focus after a change of pages. */
function useTitleAndFocus(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    document.title = heading ? `${heading.textContent} · Portcullis` : 'Portcullis console';
  });
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    document.getElementById('content')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
}

export function Shell() {
  const { account, warnings, kind } = useViewer();
  const { pathname } = useLocation();
  /** The menu closes when another page opens. */
  const [menuOpenAt, setMenuOpenAt] = useState<string | null>(null);
  const isMenuOpen = menuOpenAt === pathname;
  const state = useScopeState();
  const scope = state.state === 'ready' ? state.scope.slug : (account?.slug ?? ALL);
  useTitleAndFocus();
  return (
    <div className={isMenuOpen ? 'shell menu-open' : 'shell'}>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="bar">
        <Button
          className="button icon menu-button"
          aria-label="Menu"
          aria-expanded={isMenuOpen}
          onPress={() => setMenuOpenAt(isMenuOpen ? null : pathname)}
        >
          ☰
        </Button>
        <Link className="brand" to={`/${scope}/agents`}>
          Portcullis
        </Link>
        <AccountSwitcher scope={scope} />
        <CommandPalette scope={scope} />
        <KeyMenu />
      </header>
      <div className="side">
        <Menu scope={scope} />
      </div>
      <main id="content" tabIndex={-1}>
        <ConnectionNotice />
        <OtherTab />
        {kind === 'ACCOUNT' &&
          warnings.map((warning) => (
            <div key={warning} className="notice warning" role="note">
              {warning}
            </div>
          ))}
        <Content />
      </main>
    </div>
  );
}
