//! Certificates that are trusted, and those that are not (A09). There is no switch that turns this off.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use cairn_fetch::{FetchError, FetchPolicy, Fetched, Fetcher, FetcherSettings, Request, Url};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server on loopback with a certificate for `host`; gives its port.
fn serve(host: &str, signed_by: Option<&Issuer>, change: impl FnOnce(&mut CertificateParams)) -> u16 {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = match signed_by {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let config = Arc::new(config);
        while let Ok((mut socket, _)) = listener.accept() {
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::Stream::new(&mut connection, &mut socket);
            // A client that does not trust us hangs up here.
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\ntrusted");
            }
        }
    });
    port
}

async fn fetch(host: &str, port: u16, ca_bundle: Option<PathBuf>) -> Result<Fetched<bytes::Bytes>, FetchError> {
    let fetcher = Fetcher::new(FetcherSettings { ca_bundle, ..FetcherSettings::default() }).unwrap();
    let policy = FetchPolicy { allow_private: true, ..FetchPolicy::default() };
    let url = Url::parse(&format!("https://{host}:{port}/")).unwrap();
    fetcher.fetch(&Request::new(url), &policy).await
}

#[tokio::test]
async fn only_a_valid_certificate_of_a_known_authority_for_this_very_host_is_trusted() {
    let ours = authority();
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("ca.pem");
    std::fs::write(&bundle, ours.pem()).unwrap();
    let known = || Some(bundle.clone());

    let trusted = fetch("localhost", serve("localhost", Some(&ours), |_| {}), known()).await.unwrap();
    assert!(matches!(trusted, Fetched::Fresh(answer) if answer.body == "trusted"));

    let expired = serve("localhost", Some(&ours), |params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    for (case, port, ca_bundle) in [
        ("expired", expired, known()),
        ("of another host", serve("other.example", Some(&ours), |_| {}), known()),
        ("of an unknown authority", serve("localhost", Some(&authority()), |_| {}), known()),
        ("of an authority that was not added", serve("localhost", Some(&ours), |_| {}), None),
        ("signed by itself", serve("localhost", None, |_| {}), known()),
    ] {
        let error = fetch("localhost", port, ca_bundle).await.unwrap_err();
        assert!(matches!(error, FetchError::Tls { .. }) && !error.is_temporary(), "{case}: {error:?}");
    }
}
