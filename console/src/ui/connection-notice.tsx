/** Reports on every page that the gateway cannot be reached, or was upgraded. */
import { Button } from 'react-aria-components';
import { useConnection } from '../graphql/connection';
import { GATEWAY } from '../graphql/gateway';

export function ConnectionNotice() {
  const connection = useConnection();
  switch (connection) {
    case 'up':
      return null;
    case 'lost':
      return (
        <div className="notice warning" role="alert">
          <strong>The gateway does not respond.</strong> This page may be out of date. The console retries every few
          seconds and refreshes the page when the gateway responds.
        </div>
      );
    case 'origin':
      return (
        <div className="notice danger" role="alert">
          <strong>The gateway does not allow this page.</strong> It answers at {GATEWAY}, but the origin{' '}
          <code>{window.location.origin}</code> is not listed in its setting <code>CORS_ORIGINS</code>. Its operators
          can add it; the console at <a href={`${GATEWAY}/console`}>{GATEWAY}/console</a> works without.
        </div>
      );
    case 'outdated':
      return (
        <div className="notice danger" role="alert">
          <strong>The gateway was upgraded.</strong> This page is of another version and may ask for what is no longer
          there.{' '}
          <Button className="button small" onPress={() => window.location.reload()}>
            Load the new version
          </Button>
        </div>
      );
  }
}
