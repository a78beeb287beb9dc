// A provider of OpenID Connect, by oidc-provider from npm. Who signs in is whoever `account.json` in the folder describes at that
// moment, without asking: the test is the person. The folder and where the package is installed are arguments.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, installed] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(join(installed, 'node_modules/oidc-provider/lib/index.js')));
const account = () => JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8'));

let provider;
const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end(String(error));
  });
});

async function answer(request, response) {
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const who = account();
  if (who.refuses) {
    const result = { error: 'access_denied', error_description: '<script>alert(1)</script>' };
    return provider.interactionFinished(request, response, result);
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: who.sub } });
  }
  const grant = (grantId && (await provider.Grant.find(grantId)))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid email profile');
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: 'cairn',
      client_secret: 'invented for this test alone',
      redirect_uris: ['https://cairn.example/sign-in/ministry/callback'],
    }],
    cookies: { keys: ['invented for this test alone'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...account(), sub: id }) }),
    pkce: { required: () => true },
  });
  console.log(`port ${port}`);
});
