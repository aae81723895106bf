/** The configuration of an account as a file. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useAsk } from '../../graphql/use-ask';
import { download } from '../../ui/download';
import { ProblemList } from '../../ui/states';
import { EXPORT } from './documents';

/** Reads the bundle of an account. */
export function useExport() {
  const { ask, problems } = useAsk();
  const read = async (accountId: string) => (await ask(EXPORT, { accountId }))?.exportConfiguration ?? null;
  return { read, problems };
}

export function Export({ accountId, slug }: { readonly accountId: string; readonly slug: string }) {
  const { read, problems } = useExport();
  const [bundle, setBundle] = useState<Awaited<ReturnType<typeof read>>>(null);
  const show = async () => setBundle(await read(accountId));
  return (
    <section aria-labelledby="export">
      <h2 id="export">Export</h2>
      <p className="muted">With names instead of ids, without secrets, and sorted for readable diffs in Git.</p>
      <ProblemList problems={problems} />
      <p className="actions">
        <Button className="button" onPress={() => void show()}>
          Show the configuration of {slug}
        </Button>
        {bundle && (
          <Button className="button" onPress={() => download(`${slug}.yaml`, bundle.yaml, 'application/yaml')}>
            Download
          </Button>
        )}
      </p>
      {bundle && (
        <>
          <p>{bundle.counts.map(({ section, count }) => `${count} ${section}`).join(', ')}</p>
          {bundle.secrets.length > 0 && (
            <p className="muted">
              Secrets are left out:{' '}
              {bundle.secrets.map(({ name, resourceName }) => `${name} (${resourceName})`).join(', ')}
            </p>
          )}
          {bundle.warnings.map((warning) => (
            <p key={warning} className="notice warning">
              {warning}
            </p>
          ))}
          <pre className="json" tabIndex={0} role="region" aria-label={`Configuration of ${slug}`}>
            {bundle.yaml}
          </pre>
        </>
      )}
    </section>
  );
}
