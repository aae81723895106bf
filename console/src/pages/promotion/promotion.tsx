/** Moves configuration between accounts. */
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, NotOffered } from '../../ui/states';
import { Export } from './export';
import { Import } from './import';

const TITLE = 'Promotion';

export function Promotion() {
  const viewer = useViewer();
  const { accountId, slug } = useScope();
  const closed = whyNot(viewer, 'promotion:read');
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const why = whyNot(viewer, 'promotion:admin');
  return (
    <Page
      title={TITLE}
      about="Export the configuration of an account as a file, or import one: plan, review, apply, undo."
    >
      {accountId === null ? (
        <Empty title="Choose an account above: the one to export from or to import into." />
      ) : (
        <>
          <Export key={`from ${slug}`} accountId={accountId} slug={slug} />
          {why === null ? (
            <Import key={`to ${slug}`} accountId={accountId} slug={slug} />
          ) : (
            <NotOffered why={`You cannot import. ${why}`} />
          )}
        </>
      )}
    </Page>
  );
}
