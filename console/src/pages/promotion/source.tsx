/** The source of a bundle: typed or pasted text, a file, or another account. */
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { graphql } from '../../generated';
import { useScope } from '../../session/scope';
import { useViewer } from '../../session/viewer';
import { ProblemList } from '../../ui/states';
import { useExport } from './export';

const SOURCES = graphql(`
  query SourceAccounts {
    accounts(first: 100, orderBy: { field: slug }) {
      nodes {
        id
        slug
      }
    }
  }
`);

interface SourceProps {
  readonly bundle: string;
  readonly onChange: (bundle: string) => void;
}

function FromAccount({ onChange }: Pick<SourceProps, 'onChange'>) {
  const { accountId } = useScope();
  const { data } = useQuery(SOURCES);
  const { read, problems } = useExport();
  const [from, setFrom] = useState('');
  const load = async () => {
    const exported = await read(from);
    if (exported) onChange(exported.yaml);
  };
  return (
    <div className="filters">
      <label className="filter">
        <span className="label">From the account</span>
        <select value={from} onChange={(event) => setFrom(event.target.value)}>
          <option value="">choose…</option>
          {data?.accounts.nodes
            .filter(({ id }) => id !== accountId)
            .map(({ id, slug }) => (
              <option key={id} value={id}>
                {slug}
              </option>
            ))}
        </select>
      </label>
      <Button className="button" isDisabled={from === ''} onPress={() => void load()}>
        Use its configuration
      </Button>
      <ProblemList problems={problems} />
    </div>
  );
}

export function Source({ bundle, onChange }: SourceProps) {
  const { kind } = useViewer();
  const take = async (file: File | undefined) => {
    if (file) onChange(await file.text());
  };
  return (
    <>
      {kind === 'MASTER' && <FromAccount onChange={onChange} />}
      <label className="field short">
        <span className="label">From a file (YAML, JSON, mcp.json)</span>
        <input type="file" accept=".yaml,.yml,.json" onChange={(event) => void take(event.target.files?.[0])} />
      </label>
      <label className="field">
        <span className="label">The bundle</span>
        <textarea
          className="code"
          rows={12}
          spellCheck={false}
          value={bundle}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
    </>
  );
}
