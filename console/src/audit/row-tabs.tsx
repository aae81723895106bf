/** The views of a row: its values, its history (which can be erased), and its state at a given time. */
import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useSearchParams } from 'react-router';
import { auditPermissions, useViewer, whyNot } from '../session/viewer';
import { NotOffered } from '../ui/states';
import { AsOf } from './as-of';
import { EraseHistory } from './erase-history';
import { History, type RowReference } from './history';

const TABS = ['overview', 'history', 'as-of'] as const;

interface RowTabsProps {
  readonly of: RowReference;
  /** The name of the row. */
  readonly name: string;
  /** The kind of row, for example `agent`. */
  readonly noun: string;
  /** The values of the row. */
  readonly children: ReactNode;
}

export function ErasableHistory({ of, name, noun }: Omit<RowTabsProps, 'children'>) {
  return (
    <>
      <History {...of} />
      <p className="actions">
        <EraseHistory of={of} name={name} noun={noun} />
      </p>
    </>
  );
}

export function RowTabs({ of, name, noun, children }: RowTabsProps) {
  const [parameters, setParameters] = useSearchParams();
  const viewer = useViewer();
  const closed = whyNot(viewer, ...auditPermissions(viewer));
  const tab = TABS.find((each) => each === parameters.get('tab')) ?? 'overview';
  return (
    <Tabs
      selectedKey={tab}
      onSelectionChange={(key) => setParameters(key === 'overview' ? {} : { tab: String(key) }, { replace: true })}
    >
      <TabList aria-label={`Views of this ${noun}`} className="tabs">
        <Tab id="overview">Overview</Tab>
        <Tab id="history">History</Tab>
        <Tab id="as-of">As of a time</Tab>
      </TabList>
      <TabPanel id="overview">{children}</TabPanel>
      <TabPanel id="history">
        {closed === null ? <ErasableHistory of={of} name={name} noun={noun} /> : <NotOffered why={closed} />}
      </TabPanel>
      <TabPanel id="as-of">{closed === null ? <AsOf {...of} /> : <NotOffered why={closed} />}</TabPanel>
    </Tabs>
  );
}
