/** Apollo Sandbox at /graphql in browsers. It comes from the internet; without it, the page links to what works here. */
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GatewayContext } from './context';

/** Apollo's words for it. */
const OFFLINE = '<p>Apollo Sandbox cannot be loaded; it appears that you might be offline.</p>';
/** Lies over everything else, also while nothing is in it. */
const FRAME = '#embeddableSandbox {';

const withLinks = (html: string, links: string): string =>
  html.replace(OFFLINE, links).replace(FRAME, `#embeddableSandbox:empty { display: none; } ${FRAME}`);

/** @param places paths of pages of this gateway that need no internet. */
export function sandboxPage<Context extends GatewayContext>(places: readonly string[]): ApolloServerPlugin<Context> {
  const links = `<p>Apollo Sandbox cannot be loaded: it comes from the internet, which this browser does not reach. What works without: ${places
    .map((place) => `<a href="${place}">${place}</a>`)
    .join(', ')}.</p>`;
  const page = ApolloServerPluginLandingPageLocalDefault({ footer: false, embed: { runTelemetry: false } });
  return {
    async serverWillStart(service) {
      const listener = await page.serverWillStart?.(service);
      return {
        async renderLandingPage() {
          const { html } = (await listener?.renderLandingPage?.()) ?? { html: links };
          return { html: async () => withLinks(typeof html === 'string' ? html : await html(), links) };
        },
      };
    },
  };
}
