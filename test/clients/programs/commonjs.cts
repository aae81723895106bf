/** The same package by require(). */
import { ERROR_CODES, PortcullisClient } from 'portcullis-client';
import { ViewerDocument } from 'portcullis-client/operations';

const client = new PortcullisClient({ url: process.env['URL'] ?? '', key: process.env['KEY'] ?? '' });
void client.request(ViewerDocument).then(({ viewer }) => {
  const slug: string | undefined = viewer.account?.slug;
  console.log(JSON.stringify({ slug, codes: ERROR_CODES }));
});
