/** Which page each address shows. */
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { RESOURCES } from './resources/definitions';
import { ResourceDetail } from './resources/detail';
import { ResourceEdit, ResourceNew } from './resources/edit';
import { ResourceList } from './resources/list';
import { ALL } from './session/scope';
import { useViewer } from './session/viewer';
import { NotFound, Shell } from './shell/shell';
import { Loading } from './ui/states';

const lazyPage = (load: () => Promise<Readonly<Record<string, React.ComponentType>>>, name: string) =>
  lazy(async () => {
    const { [name]: page } = await load();
    if (!page) throw new Error(`There is no page ${name}.`);
    return { default: page };
  });

const PAGES = {
  account: lazyPage(() => import('./pages/account/account'), 'AccountOfScope'),
  'account/edit': lazyPage(() => import('./pages/account/edit-account'), 'EditAccount'),
  promotion: lazyPage(() => import('./pages/promotion/promotion'), 'Promotion'),
  audit: lazyPage(() => import('./pages/audit/audit-log'), 'AuditLog'),
  denials: lazyPage(() => import('./pages/audit/denials'), 'Denials'),
  'operator-access': lazyPage(() => import('./pages/audit/operator-access'), 'OperatorAccess'),
  'webhook-deliveries': lazyPage(() => import('./pages/webhooks/deliveries'), 'Deliveries'),
  'keys-to-renew': lazyPage(() => import('./pages/access/keys-to-renew'), 'KeysToRenew'),
  'access-review': lazyPage(() => import('./pages/access/access-review'), 'AccessReview'),
  accounts: lazyPage(() => import('./pages/platform/accounts'), 'Accounts'),
  'accounts/:slug': lazyPage(() => import('./pages/account/account'), 'AccountPage'),
  'accounts/:slug/edit': lazyPage(() => import('./pages/account/edit-account'), 'EditAccount'),
  'master-keys': lazyPage(() => import('./pages/platform/master-keys'), 'MasterKeys'),
  'master-access': lazyPage(() => import('./pages/platform/master-access'), 'MasterAccess'),
};

export function Pages() {
  const { account } = useViewer();
  const home = `/${account?.slug ?? ALL}/agents`;
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route index element={<Navigate to={home} replace />} />
        <Route path=":scope" element={<Shell />}>
          <Route index element={<Navigate to="agents" replace />} />
          {RESOURCES.map((resource) => (
            <Route key={resource.type} path={resource.plural}>
              <Route index element={<ResourceList key={resource.type} resource={resource} />} />
              <Route path="new" element={<ResourceNew key={resource.type} resource={resource} />} />
              <Route path=":id" element={<ResourceDetail key={resource.type} resource={resource} />} />
              <Route path=":id/edit" element={<ResourceEdit key={resource.type} resource={resource} />} />
            </Route>
          ))}
          {Object.entries(PAGES).map(([path, Page]) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </Suspense>
  );
}
