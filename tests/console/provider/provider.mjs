// An OpenID provider for the tests. Who signs in as one of FAULTS gets a token with that fault.
// Arguments: port, redirect URI of the console. Prints "ready" when it listens.
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
const jwk = { ...(await exportJWK(privateKey)), kid: "one", use: "sig", alg: "RS256" };

const FAULTS = {
  "wrong-audience": (claims) => ({ ...claims, aud: "another-client" }),
  "two-audiences": (claims) => ({ ...claims, aud: ["console", "another-client"], azp: "another-client" }),
  "wrong-nonce": (claims) => ({ ...claims, nonce: "of-another-sign-in" }),
  "no-nonce": ({ nonce, ...claims }) => claims,
  "wrong-issuer": (claims) => ({ ...claims, iss: "http://localhost:1" }),
  expired: (claims) => ({ ...claims, exp: claims.iat - 3600 }),
  "wrong-key": (claims) => claims,
  unsigned: (claims) => claims,
};
const GROUPS = { olga: ["desk-leads", "desk"], nora: ["accounting"], vic: "watchers" };

const sealed = async (who, claims) => {
  const changed = FAULTS[who](claims);
  if (who === "unsigned") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part(changed)}.`;
  }
  const key = who === "wrong-key" ? stranger.privateKey : privateKey;
  return new SignJWT(changed).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: "console", client_secret: "a secret: with/odd+signs", redirect_uris: [redirect],
    response_types: ["code"], grant_types: ["authorization_code"],
  }],
  jwks: { keys: [jwk] },
  pkce: { required: () => true },
  cookies: { keys: ["of the tests"] },
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: id.split("+")[0],
      groups: GROUPS[id] ?? (id.endsWith("+lead") ? ["desk-leads"] : ["desk"]),
    }),
  }),
});
provider.use(async (context, next) => {
  await next();
  const token = context.path === "/token" && context.body?.id_token;
  const claims = token && decodeJwt(token);
  if (claims && FAULTS[claims.sub]) context.body.id_token = await sealed(claims.sub, claims);
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
