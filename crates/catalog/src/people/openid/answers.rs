//! What is asked of a provider, and what it answers.

use std::sync::Arc;

use cairn_fetch::{FetchError, FetchPolicy, Fetched, Fetcher, Request, Secret};
use cairn_store::SignInRow;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::http::{HeaderValue, Response, header};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndUserName, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, LocalizedClaim, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use thiserror::Error;
use url::Url;

use super::providers::IdentityProvider;
use crate::CatalogError;

/// Largest answer of a provider, in bytes: a list of keys is the largest of them.
const LARGEST: u64 = 512 * 1024;

/// Signatures that are believed: all that a provider makes with a key of its own.
const SIGNATURES: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What a provider says of somebody, once it was checked.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) is_verified: bool,
    pub(super) name: Option<String>,
}

/// Why a provider could not be asked.
#[derive(Debug, Error)]
enum AskError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the request cannot be sent: {0}")]
    Request(String),
}

/// The address at which somebody signs in, and the verifier that ends it (RFC 7636).
pub(super) async fn authorization(
    provider: &IdentityProvider,
    fetcher: &Fetcher,
    redirect: &Url,
    state: &str,
    nonce: &str,
) -> Result<(Url, String), CatalogError> {
    let client = client(provider, fetcher, redirect).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (state, nonce) = (state.to_owned(), nonce.to_owned());
    let (address, _, _) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
        .add_scopes(provider.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .url();
    Ok((address, verifier.into_secret()))
}

/// Trades a code for what the provider says of somebody: signed by it, for us, for this very sign-in.
pub(super) async fn claims(
    provider: &IdentityProvider,
    fetcher: &Fetcher,
    redirect: &Url,
    code: &str,
    begun: &SignInRow,
) -> Result<Said, CatalogError> {
    let client = client(provider, fetcher, redirect).await?;
    let http = http(provider, fetcher);
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| unusable(provider, &error))?
        .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()))
        .request_async(&http)
        .await
        .map_err(|error| unusable(provider, &error))?;
    let token = answer.id_token().ok_or_else(|| unusable(provider, &"it gives no ID token"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES);
    let claims =
        token.claims(&verifier, &Nonce::new(begun.nonce.clone())).map_err(|error| unusable(provider, &error))?;
    let said = Said {
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        is_verified: claims.email_verified() == Some(true),
        name: claims.name().and_then(any_language),
    };
    if said.email.is_some() || client.user_info_url().is_none() {
        return Ok(said);
    }
    // Many providers say the address only when they are asked for it (OpenID Connect Core 1.0 §5.4).
    let more: CoreUserInfoClaims = client
        .user_info(answer.access_token().clone(), Some(claims.subject().clone()))
        .map_err(|error| unusable(provider, &error))?
        .request_async(&http)
        .await
        .map_err(|error| unusable(provider, &error))?;
    Ok(Said {
        email: more.email().map(|email| email.to_string()),
        is_verified: more.email_verified() == Some(true),
        name: said.name.or_else(|| more.name().and_then(any_language)),
        ..said
    })
}

async fn client(provider: &IdentityProvider, fetcher: &Fetcher, redirect: &Url) -> Result<Client, CatalogError> {
    let http = http(provider, fetcher);
    let metadata = CoreProviderMetadata::discover_async(provider.issuer.clone(), &http)
        .await
        .map_err(|error| unusable(provider, &error))?;
    // Basic where nothing is said (OpenID Connect Discovery 1.0 §3).
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes_basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let auth_type = if takes_basic { AuthType::BasicAuth } else { AuthType::RequestBody };
    let secret = provider.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose().to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret);
    Ok(client.set_auth_type(auth_type).set_redirect_uri(RedirectUrl::from_url(redirect.clone())))
}

/// Sends what the library wants to be sent, by the guarded client.
fn http(
    provider: &IdentityProvider,
    fetcher: &Fetcher,
) -> impl Fn(HttpRequest) -> std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send>> {
    let policy = Arc::new(FetchPolicy {
        allow_private: provider.allow_private,
        requests_per_second: 0.0,
        max_bytes: LARGEST,
        max_tries: 2,
        ..FetchPolicy::default()
    });
    let fetcher = fetcher.clone();
    move |request| {
        let (fetcher, policy) = (fetcher.clone(), Arc::clone(&policy));
        Box::pin(async move { ask(&fetcher, &policy, &request).await })
    }
}

async fn ask(fetcher: &Fetcher, policy: &FetchPolicy, wanted: &HttpRequest) -> Result<HttpResponse, AskError> {
    let wrong = |error: &dyn std::fmt::Display| AskError::Request(error.to_string());
    let url = Url::parse(&wanted.uri().to_string()).map_err(|error| wrong(&error))?;
    let text = |value: &HeaderValue| value.to_str().map(Secret::new).map_err(|error| wrong(&error));
    let authorization = wanted.headers().get(header::AUTHORIZATION).map(text).transpose()?;
    let form = match wanted.method().as_str() {
        "GET" => None,
        "POST" => Some(Secret::new(String::from_utf8(wanted.body().clone()).map_err(|error| wrong(&error))?)),
        other => return Err(wrong(&format!("{other} is not sent"))),
    };
    let request = Request { accept: "application/json", authorization, form, confidential: true, ..Request::new(url) };
    let (status, kind, body) = match fetcher.fetch(&request, policy).await {
        Ok(Fetched::Fresh(answer)) => (200, answer.content_type, answer.body.to_vec()),
        Ok(Fetched::NotModified) => return Err(wrong(&"304 was not asked for")),
        // What is wrong with a code is said in the body of an error (RFC 6749 §5.2).
        Err(FetchError::Status { status, body, .. }) => (status, None, body.to_vec()),
        Err(error) => return Err(error.into()),
    };
    let kind = kind.unwrap_or_else(|| "application/json".to_owned());
    let answer = Response::builder().status(status).header(header::CONTENT_TYPE, kind).body(body);
    answer.map_err(|error| wrong(&error))
}

/// A name in whichever language the provider says it, the one without a language first.
fn any_language(name: &LocalizedClaim<EndUserName>) -> Option<String> {
    name.get(None).or_else(|| name.iter().next().map(|(_, name)| name)).map(|name| name.to_string())
}

/// What went wrong is for the operator, whose log has it; the provider's words are shown to nobody.
fn unusable(provider: &IdentityProvider, error: &dyn std::fmt::Display) -> CatalogError {
    tracing::warn!(provider = provider.id, %error, "nobody can sign in at the identity provider");
    CatalogError::ProviderUnavailable(provider.title.clone())
}
