// A provider by npm's oidc-provider, for one client; everybody signs in under any password.
//   node npm_provider.mjs LIBRARY PORT CLIENT SECRET REDIRECT_URI POST_LOGOUT_REDIRECT_URI
// It says {"event": "listens"} as a JSON line once it does, and {"event": "refused"} with why.
import {createServer} from 'node:http';

const [library, port, client, secret, back, out] = process.argv.slice(2);
const {default: Provider} = await import(library);

function say(event, more) {
  process.stdout.write(JSON.stringify({event, ...more}) + '\n');
}

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: client,
    client_secret: secret,
    redirect_uris: [back],
    post_logout_redirect_uris: [out],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  claims: {openid: ['sub'], profile: ['preferred_username']},
  // The claims of a scope stand in the ID token, not at the userinfo endpoint alone.
  conformIdTokenClaims: false,
  pkce: {required: () => true},
  cookies: {keys: ['a key of the tests']},
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({sub: `subject-of-${id}`, preferred_username: id}),
  }),
});
for (const event of ['authorization.error', 'grant.error', 'server_error']) {
  provider.on(event, (_context, error) => say('refused', {why: error.message}));
}
createServer(provider.callback()).listen(Number(port), 'localhost', () => say('listens'));
