//! TLS: rustls with ring, the bundled web roots, and the certificates that an operator adds.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

/// Why the extra certificates cannot be used.
#[derive(Debug, Error)]
#[error("the certificates of {path} cannot be used: {reason}")]
pub struct CaBundleError {
    path: String,
    reason: String,
}

/// The client's side of TLS 1.2 and 1.3. Certificates are always verified; there is no switch.
pub(crate) fn client_config(ca_bundle: Option<&Path>) -> Result<ClientConfig, CaBundleError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_bundle {
        let refuse = |reason: String| CaBundleError { path: path.display().to_string(), reason };
        let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let mut certificates = 0;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
            roots.add(certificate).map_err(|error| refuse(error.to_string()))?;
            certificates += 1;
        }
        if certificates == 0 {
            return Err(refuse("it holds no certificate in PEM".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| CaBundleError { path: String::new(), reason: error.to_string() })?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

/// The HTTP library refuses the settings; they are all our own, so this is about TLS in practice.
pub(crate) fn unusable(error: &reqwest::Error) -> CaBundleError {
    CaBundleError { path: "the HTTP client".to_owned(), reason: error.to_string() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "not a certificate").unwrap();
        let error = client_config(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("ca.pem") && error.ends_with("it holds no certificate in PEM"), "{error}");
        assert!(client_config(Some(&folder.path().join("absent.pem"))).is_err());
        assert!(client_config(None).is_ok());
    }
}
